// Command upstream prints the facts of the published CSI interface in the form of ../facts.tsv.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func main() {
	if _, err := os.Stdout.WriteString(strings.Join(facts(), "\n") + "\n"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// facts are all lines, sorted.
func facts() []string {
	var lines []string
	file := csi.File_csi_proto
	lines = append(lines, messages(file.Messages())...)
	lines = append(lines, enums(file.Enums())...)
	for i := 0; i < file.Services().Len(); i++ {
		lines = append(lines, rpcs(file.Services().Get(i))...)
	}
	sort.Strings(lines)
	return lines
}

func messages(list protoreflect.MessageDescriptors) []string {
	var lines []string
	for i := 0; i < list.Len(); i++ {
		message := list.Get(i)
		if message.IsMapEntry() {
			continue
		}
		lines = append(lines, line("message", string(message.FullName())))
		for j := 0; j < message.Fields().Len(); j++ {
			lines = append(lines, field(message.Fields().Get(j)))
		}
		lines = append(lines, messages(message.Messages())...)
		lines = append(lines, enums(message.Enums())...)
	}
	return lines
}

func field(f protoreflect.FieldDescriptor) string {
	label := "single"
	if f.IsList() {
		label = "repeated"
	}
	oneof := "-"
	if f.ContainingOneof() != nil {
		oneof = string(f.ContainingOneof().Name())
	}
	owner := string(f.ContainingMessage().FullName())
	return line("field", owner, string(f.Name()), fmt.Sprint(f.Number()), typeOf(f), label, oneof)
}

func typeOf(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return "map<" + typeOf(f.MapKey()) + "," + typeOf(f.MapValue()) + ">"
	case f.Message() != nil:
		return string(f.Message().FullName())
	case f.Enum() != nil:
		return string(f.Enum().FullName())
	}
	return f.Kind().String()
}

func enums(list protoreflect.EnumDescriptors) []string {
	var lines []string
	for i := 0; i < list.Len(); i++ {
		values := list.Get(i).Values()
		for j := 0; j < values.Len(); j++ {
			value := values.Get(j)
			lines = append(lines, line("enum", string(list.Get(i).FullName()), string(value.Name()),
				fmt.Sprint(value.Number())))
		}
	}
	return lines
}

func rpcs(service protoreflect.ServiceDescriptor) []string {
	var lines []string
	for i := 0; i < service.Methods().Len(); i++ {
		method := service.Methods().Get(i)
		answers := "one"
		if method.IsStreamingServer() {
			answers = "stream"
		}
		lines = append(lines, line("rpc", string(service.FullName()), string(method.Name()),
			string(method.Input().FullName()), string(method.Output().FullName()), answers))
	}
	return lines
}

func line(parts ...string) string {
	return strings.Join(parts, "\t")
}
