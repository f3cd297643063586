// What an answer must hold: members at paths, of a type or with a value.
package main

import (
	"reflect"
	"strings"
)

// A type that a member must have, of the values that JSON has.
type kind string

const (
	text    kind = "string"
	number  kind = "float64"
	truth   kind = "bool"
	list    kind = "[]interface {}"
	dict    kind = "map[string]interface {}"
	missing kind = "<nil>"
)

// The value at "Instances.Instance.0.Status"; nil where there is none.
func at(value any, path string) any {
	for _, name := range strings.Split(path, ".") {
		switch in := value.(type) {
		case object:
			value = in[name]
		case map[string]any:
			value = in[name]
		case []any:
			index := 0
			for _, digit := range name {
				index = index*10 + int(digit-'0')
			}
			if index >= len(in) {
				return nil
			}
			value = in[index]
		default:
			return nil
		}
	}
	return value
}

func typeOf(value any) kind {
	if value == nil {
		return missing
	}
	return kind(reflect.TypeOf(value).String())
}

// Members by path: a kind for any value of that type, else the value itself.
type members map[string]any

func expect(what string, answer any, wanted members) {
	for path, want := range wanted {
		got := at(answer, path)
		if of, is := want.(kind); is {
			check(typeOf(got) == of, "%s: %s is %v, a %s and not a %s", what, path, got, typeOf(got), of)
			continue
		}
		if count, is := want.(int); is {
			want = float64(count)
		}
		check(reflect.DeepEqual(got, want), "%s: %s is %#v, not %#v", what, path, got, want)
	}
}

func rows(answer object, path string) []any {
	found, is := at(answer, path).([]any)
	check(is, "%s is missing in %v", path, answer)
	return found
}

func textAt(answer any, path string) string {
	found, is := at(answer, path).(string)
	check(is && found != "", "%s is missing in %v", path, answer)
	return found
}
