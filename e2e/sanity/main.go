// Runs csi-sanity against the real driver on the real cloud with real loop devices, and asserts
// which cases it skips.
//
//	go run . -access mount|block -bin ../../build/release/bin
//
// Needs root. Exit status 0: every case that the announced capabilities select has passed and the
// skipped ones are exactly those of `unannounced`.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
)

const (
	instance = "i-bp1sanity00000000001"
	gib      = 1 << 30
)

// Cases that need a capability which the driver does not announce in a profile. Matched by the start
// of the case's full name.
var unannounced = map[string][]string{
	"full": {
		"Controller Service [Controller Server] ControllerPublishVolume should fail when the volume is already published but is incompatible", // PUBLISH_READONLY
	},
	"ack": {
		"GroupController Service", // GROUP_CONTROLLER_SERVICE
		"Controller Service [Controller Server] ControllerPublishVolume should fail when the volume is already published but is incompatible",
		"Controller Service [Controller Server] ListVolumes",
		"Controller Service [Controller Server] GetCapacity",
		"Controller Service [Controller Server] CreateVolume should create volume from an existing source volume", // CLONE_VOLUME
		"Controller Service [Controller Server] CreateVolume should fail when the volume source volume is not found",
		"GetSnapshot [Controller Server]",
		"Node Service NodePublishVolume with single node multi writer capability",
	},
}

var profile = flag.String("profile", "full", "what the driver is started with: full or ack")

// The one case that csi-sanity itself has switched off (its authors marked it pending).
const switchedOff = "Controller Service [Controller Server] ListVolumes pagination should detect volumes added between pages and accept tokens when the last volume from a page is deleted"

// Every program that was started, in order; stopped in reverse order however this program ends.
var started []process

type process struct {
	name    string
	command *exec.Cmd
	log     string
}

// Starts a program, waits for its ready line and returns that line.
func start(dir, name string, arguments ...string) string {
	command := exec.Command(name, arguments...)
	log := filepath.Join(dir, filepath.Base(name)+".log")
	file, err := os.Create(log)
	fatal(err)
	command.Stderr = file
	out, err := command.StdoutPipe()
	fatal(err)
	fatal(command.Start())
	p := process{filepath.Base(name), command, log}
	started = append(started, p)
	lines := make(chan string, 1)
	go func() {
		reader := bufio.NewReader(out)
		line, _ := reader.ReadString('\n')
		lines <- strings.TrimSpace(line)
		io.Copy(io.Discard, reader)
	}()
	select {
	case line := <-lines:
		if line == "" {
			p.explain("ended before it was ready")
		}
		return line
	case <-time.After(30 * time.Second):
		p.explain("was not ready within 30 s")
	}
	return ""
}

func (p process) explain(what string) {
	text, _ := os.ReadFile(p.log)
	fatal(fmt.Errorf("%s %s:\n%s", p.name, what, text))
}

// SIGTERM, and SIGKILL after 20 s.
func stopAll() {
	for i := len(started) - 1; i >= 0; i-- {
		command := started[i].command
		command.Process.Signal(syscall.SIGTERM)
		timer := time.AfterFunc(20*time.Second, func() { command.Process.Kill() })
		command.Wait()
		timer.Stop()
	}
	started = nil
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "sanity:", err)
		stopAll()
		os.Exit(1)
	}
}

type specReport struct {
	ContainerHierarchyTexts []string
	LeafNodeText            string
	LeafNodeType            string
	State                   string
	Failure                 struct{ Message string }
}

func (s specReport) name() string {
	return strings.Join(append(append([]string{}, s.ContainerHierarchyTexts...), s.LeafNodeText), " ")
}

// Counts and prints the cases of a report; the names of failed and of unexpectedly skipped ones.
func judge(path string) (passed, wrong []string) {
	text, err := os.ReadFile(path)
	fatal(err)
	var suites []struct{ SpecReports []specReport }
	fatal(json.Unmarshal(text, &suites))
	expected := map[string]int{}
	for _, suite := range suites {
		for _, spec := range suite.SpecReports {
			if spec.LeafNodeType != "It" {
				continue
			}
			switch spec.State {
			case "passed":
				passed = append(passed, spec.name())
			case "skipped":
				if reason := allowed(spec.name()); reason != "" {
					expected[reason]++
				} else {
					wrong = append(wrong, "skipped: "+spec.name()+": "+spec.Failure.Message)
				}
			case "pending":
				if !strings.Contains(spec.name(), switchedOff) {
					wrong = append(wrong, "pending: "+spec.name())
				}
			default:
				wrong = append(wrong, spec.State+": "+spec.name())
			}
		}
	}
	for _, start := range unannounced[*profile] {
		fmt.Printf("skipped by capability: %d of %s\n", expected[start], start)
		if expected[start] == 0 {
			wrong = append(wrong, "expected a skip that did not happen: "+start)
		}
	}
	sort.Strings(wrong)
	return passed, wrong
}

func allowed(name string) string {
	for _, start := range unannounced[*profile] {
		if strings.HasPrefix(strings.TrimPrefix(name, "Sanity "), start) || strings.Contains(name, start) {
			return start
		}
	}
	return ""
}

// The cases as elements of GoogleTest's report, each with `inside`.
func cases(names []string, inside string) string {
	var text strings.Builder
	for _, name := range names {
		fmt.Fprintf(&text, "<testcase name=\"%s\" status=\"run\" result=\"completed\" classname=\"csi-sanity\">%s</testcase>\n",
			html.EscapeString(name), inside)
	}
	return text.String()
}

func main() {
	access := flag.String("access", "mount", "mount or block")
	bin := flag.String("bin", "../../build/release/bin", "folder of the programs")
	list := flag.String("report", "", "file for the names of the cases, as GoogleTest writes them")
	keep := flag.Bool("keep", false, "keep the logs")
	flag.Parse()

	dir, err := os.MkdirTemp("", "zonedisk-sanity-")
	fatal(err)
	sanity := filepath.Join(dir, "csi-sanity")
	build := exec.Command("go", "build", "-mod=readonly", "-o", sanity, "github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity")
	build.Stderr = os.Stderr
	fatal(build.Run())

	program := func(name string) string { return filepath.Join(*bin, name) }
	byID := filepath.Join(dir, "by-id")
	line := start(dir, program("zonedisk-cloud"), "--listen", "127.0.0.1:0", "--data-dir", filepath.Join(dir, "data"),
		"--delays", "fast", "--snapshot-never-attached", "allow")
	url := line[strings.Index(line, "http://"):]
	start(dir, program("zonedisk-agent"), "--cloud", url, "--instance-id", instance, "--zone", "cn-hangzhou-b",
		"--instance-type", "ecs.g7.large", "--by-id-dir", byID)
	socket := "unix://" + filepath.Join(dir, "csi.sock")
	start(dir, program("zonedisk-csi"), "--endpoint", socket, "--mode", "all", "--cloud-endpoint", url,
		"--region", "cn-hangzhou", "--node-id", instance, "--zone", "cn-hangzhou-b", "--instance-type", "ecs.g7.large",
		"--by-id-dir", byID, "--profile", *profile, "--cluster-id", "sanity")

	mutable := filepath.Join(dir, "mutable.yaml")
	fatal(os.WriteFile(mutable, []byte("diskTags/team: sanity\n"), 0o644))
	report := filepath.Join(dir, "report.json")
	run := exec.Command(sanity, "--csi.endpoint", socket, "--csi.testvolumeaccesstype", *access,
		"--csi.mountdir", filepath.Join(dir, "mount"), "--csi.stagingdir", filepath.Join(dir, "staging"),
		"--csi.testvolumesize", fmt.Sprint(20*gib), "--csi.testvolumeexpandsize", fmt.Sprint(40*gib),
		"--csi.testvolumemutableparameters", mutable, "--csi.testnodevolumeattachlimit",
		"--ginkgo.json-report", report, "--ginkgo.no-color", "--ginkgo.timeout", "10m")
	run.Stdout, run.Stderr = os.Stdout, os.Stderr
	runError := run.Run()

	stopAll()
	passed, wrong := judge(report)
	for _, what := range wrong {
		fmt.Println(what)
	}
	if runError != nil || len(wrong) > 0 || *keep {
		fmt.Println("logs:", dir)
	} else {
		os.RemoveAll(dir)
	}
	if *list != "" {
		fatal(os.MkdirAll(filepath.Dir(*list), 0o755))
		fatal(os.WriteFile(*list, []byte("<testsuites>\n"+cases(passed, "")+cases(wrong, "<failure/>")+"</testsuites>\n"), 0o644))
	}
	fmt.Printf("csi-sanity %s, profile %s: %d passed, %d wrong\n", *access, *profile, len(passed), len(wrong))
	if runError != nil || len(wrong) > 0 {
		os.Exit(1)
	}
}
