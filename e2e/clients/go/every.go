// Every action that the package has: each method of its client whose action is among the cases, with its
// own request class filled by the names of its tags.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
)

const callers = 64

// The package's last version is older than some of them, and others are none of its own; in the cases' order.
var lacking = []string{"OpenSnapshotService", "LockSnapshot", "DescribeLockedSnapshots", "UnlockSnapshot",
	"DescribeAutoSnapshotPolicyAssociations"}

type testCase struct {
	action, outcome string
	parameters      map[string]string
}

func readFile(name string) string {
	text, err := os.ReadFile(name)
	check(err == nil, "%v", err)
	return strings.TrimRight(string(text), "\n")
}

func readCases(file string) []testCase {
	var rows []testCase
	for _, line := range strings.Split(readFile(file), "\n") {
		column := strings.Split(line, "\t")
		row := testCase{column[0], column[1], map[string]string{}}
		for _, word := range strings.Fields(column[2]) {
			name, value, _ := strings.Cut(word, "=")
			row.parameters[name] = value
		}
		rows = append(rows, row)
	}
	return rows
}

var listed = regexp.MustCompile(`^(.*?)\.(\d+)(?:\.(.*))?$`)

// fieldOf is the field with that name on the wire.
func fieldOf(object reflect.Value, action, name string) reflect.Value {
	for i := 0; i < object.NumField(); i++ {
		if object.Type().Field(i).Tag.Get("name") == name {
			return object.Field(i)
		}
	}
	check(false, "the request class of %s has no %s", action, name)
	return reflect.Value{}
}

func setField(object reflect.Value, action, name, value string) {
	part := listed.FindStringSubmatch(name)
	if part == nil {
		fieldOf(object, action, name).SetString(value)
		return
	}
	list := fieldOf(object, action, part[1])
	if list.IsNil() {
		list.Set(reflect.New(list.Type().Elem()))
	}
	items := list.Elem()
	index, _ := strconv.Atoi(part[2])
	for items.Len() < index {
		items.Set(reflect.Append(items, reflect.New(items.Type().Elem()).Elem()))
	}
	if part[3] == "" {
		items.Index(index - 1).SetString(value)
	} else {
		setField(items.Index(index-1), action, part[3], value)
	}
}

// send calls the client's method with a request as the package's own Create…Request makes it.
func send(client *ecs.Client, action string, parameters map[string]string) (reflect.Value, string) {
	method := reflect.ValueOf(client).MethodByName(action)
	request := reflect.New(method.Type().In(0).Elem())
	base := &requests.RpcRequest{}
	request.Elem().FieldByName("RpcRequest").Set(reflect.ValueOf(base))
	base.InitWithApiInfo("Ecs", "2014-05-26", action, "ecs", "openAPI")
	base.Method = requests.POST
	for name, value := range parameters {
		if strings.EqualFold(name, "RegionId") { // not a field of the classes: the client adds it to every call
			base.RegionId = value
			continue
		}
		setField(request.Elem(), action, name, value)
	}
	answer := method.Call([]reflect.Value{request})
	if answer[1].IsNil() {
		return answer[0].Elem(), "OK"
	}
	err := answer[1].Interface().(error)
	refusal, typed := err.(*sdkerrors.ServerError)
	check(typed, "%s: %v", action, err)
	check(refusal.HttpStatus() >= 400 && refusal.RequestId() != "", "%s: %v", action, err)
	return reflect.Value{}, refusal.ErrorCode()
}

func has(action string) bool {
	method := reflect.ValueOf(&ecs.Client{}).MethodByName(action)
	return method.IsValid() && method.Type().NumIn() == 1
}

func clientOf(endpoint string, retry bool) *ecs.Client {
	config := sdk.NewConfig().WithScheme("HTTP").WithAutoRetry(retry).WithMaxRetryTime(5)
	client, err := ecs.NewClientWithOptions(region, config, credentials.NewAccessKeyCredential("testid", "testsecret"))
	check(err == nil, "client: %v", err)
	client.Domain = endpoint
	return client
}

func lab(endpoint, path string, body any) {
	text, _ := json.Marshal(body)
	answer, err := http.Post("http://"+endpoint+"/_zonedisk/"+path, "application/json", bytes.NewReader(text))
	check(err == nil && answer.StatusCode == 200, "%s: %v", path, err)
}

// unavailable is a proxy of the cloud that answers 503 to the first `times` requests.
func unavailable(endpoint string, times int64) (*httptest.Server, *atomic.Int64) {
	left := &atomic.Int64{}
	left.Store(times)
	target, _ := url.Parse("http://" + endpoint)
	proxy := httputil.NewSingleHostReverseProxy(target)
	return httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if left.Add(-1) >= 0 {
			writer.WriteHeader(503)
			fmt.Fprint(writer, `{"RequestId":"0","HostId":"proxy","Code":"ServiceUnavailable","Message":"Later."}`)
			return
		}
		proxy.ServeHTTP(writer, request)
	})), left
}

// The package repeats after 5xx by itself, and leaves throttling to its user.
func retries(endpoint string) {
	zones := map[string]string{"RegionId": region}
	client := clientOf(endpoint, true)
	lab(endpoint, "throttles", map[string]any{"Action": "DescribeZones", "Burst": 1, "PerMinute": 300})
	_, first := send(client, "DescribeZones", zones)
	_, second := send(client, "DescribeZones", zones)
	check(first == "OK" && second == "Throttling.Api", "DescribeZones twice: %s, %s", first, second)
	until("DescribeZones is let through again", func() bool {
		_, code := send(client, "DescribeZones", zones)
		check(code == "OK" || code == "Throttling.Api", "DescribeZones: %s", code)
		return code == "OK"
	})
	lab(endpoint, "throttles", map[string]any{"Action": "DescribeZones", "Off": true})
	proxy, left := unavailable(endpoint, 2)
	defer proxy.Close()
	_, code := send(clientOf(strings.TrimPrefix(proxy.URL, "http://"), true), "DescribeRegions", nil)
	check(code == "OK" && left.Load() < 0, "DescribeRegions after two 503: %s", code)
	fmt.Println("ok: DescribeRegions after two 503")
}

// atOnce returns what `callers` calls answer that start together.
func atOnce(call func() (string, string)) (values, codes []string) {
	values, codes = make([]string, callers), make([]string, callers)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range callers {
		all.Add(1)
		go func() {
			defer all.Done()
			<-start
			values[i], codes[i] = call()
		}()
	}
	close(start)
	all.Wait()
	return values, codes
}

func manyCallers(endpoint, instance string) {
	create := func() (string, string) {
		answer, code := send(clientOf(endpoint, false), "CreateDisk", map[string]string{
			"RegionId": region, "ZoneId": zone, "DiskCategory": "cloud_essd", "Size": "20", "ClientToken": "same-token"})
		if code != "OK" {
			return "", code
		}
		return answer.FieldByName("DiskId").String(), code
	}
	made, codes := atOnce(create)
	disk := ""
	for i, id := range made {
		check(codes[i] == "OK" || codes[i] == "LastTokenProcessing", "CreateDisk with one token: %s", codes[i])
		check(id == "" || disk == "" || id == disk, "one token made %s and %s", id, disk)
		disk = max(disk, id)
	}
	_, codes = atOnce(func() (string, string) {
		_, code := send(clientOf(endpoint, false), "AttachDisk", map[string]string{"DiskId": disk, "InstanceId": instance})
		return "", code
	})
	won := 0
	for _, code := range codes {
		check(code == "OK" || code == "IncorrectDiskStatus", "AttachDisk at once: %s", code)
		if code == "OK" {
			won++
		}
	}
	check(won == 1, "%d of %d attached one disk", won, callers)
	fmt.Printf("ok: %d callers at once: one disk of one token, one attachment\n", callers)
}

func printVersion() {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if strings.HasSuffix(module.Path, "alibaba-cloud-sdk-go") {
			fmt.Printf("%s %s, %s\n", module.Path, module.Version, runtime.Version())
		}
	}
}

func every(endpoint, file string) {
	start := time.Now()
	rows := readCases(file)
	client := clientOf(endpoint, false)
	refused, instance, missing := 0, "", []string{}
	for _, row := range rows {
		if row.action == "AttachDisk" {
			instance = row.parameters["InstanceId"]
		}
		if !has(row.action) {
			missing = append(missing, row.action)
			continue
		}
		answer, code := send(client, row.action, row.parameters)
		check(row.outcome == code, "%s %v: %s, not %s", row.action, row.parameters, code, row.outcome)
		if code == "OK" {
			check(answer.FieldByName("RequestId").String() != "", "%s: %v", row.action, answer)
		} else {
			refused++
		}
	}
	check(slices.Equal(missing, lacking), "the package lacks %v", missing)
	fmt.Printf("ok: %d actions sent, %d of them refused as documented (%v)\n", len(rows)-len(lacking), refused, time.Since(start).Round(time.Millisecond))
	retries(endpoint)
	manyCallers(endpoint, instance)
	endpoints(endpoint)
	roles(endpoint)
}
