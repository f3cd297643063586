package main

import (
	"os"
	"strings"
	"testing"
)

func TestFactsEqualThePublishedInterface(t *testing.T) {
	committed, err := os.ReadFile("../facts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string]bool{}
	for _, one := range strings.Split(strings.TrimSpace(string(committed)), "\n") {
		ours[one] = true
	}
	published := facts()
	if len(published) < 360 {
		t.Fatalf("only %d facts in the published interface", len(published))
	}
	for _, one := range published {
		if !ours[one] {
			t.Errorf("missing in facts.tsv: %s", one)
		}
		delete(ours, one)
	}
	for one := range ours {
		t.Errorf("not in the published interface: %s", one)
	}
}
