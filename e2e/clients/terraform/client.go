// The two forms in which the provider calls, signed V1. Both are POSTs: `tea` has the public parameters in
// the query and the others in a form body, `sdk` has everything in the query.
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"
)

type form int

const (
	tea form = iota
	sdk
	get // everything in the query of a GET, as the rules of a security group are changed
)

const (
	ecs = "2014-05-26"
	vpc = "2016-04-28"
	bss = "2017-12-14"
)

type params map[string]string

// A decoded JSON object.
type object map[string]any

type client struct{ endpoint string }

func check(ok bool, format string, arguments ...any) {
	if !ok {
		fmt.Fprintf(os.Stderr, "failed: "+format+"\n", arguments...)
		os.Exit(1)
	}
}

func escape(text string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(text))
}

func encode(values params) string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = escape(name) + "=" + escape(values[name])
	}
	return strings.Join(pairs, "&")
}

func nonce() string {
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	check(err == nil, "no random numbers: %v", err)
	return hex.EncodeToString(bytes)
}

// The status and the object of the answer.
func (c client) send(how form, version, action string, business params) (int, object) {
	query := params{
		"Action": action, "Version": version, "Format": "JSON", "AccessKeyId": "test",
		"SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": nonce(),
		"Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05Z"),
	}
	all := params{}
	for name, value := range query {
		all[name] = value
	}
	for name, value := range business {
		all[name] = value
		if how != tea {
			query[name] = value
		}
	}
	method, body := http.MethodPost, ""
	if how == tea {
		body = encode(business)
	}
	if how == get {
		method = http.MethodGet
	}
	mac := hmac.New(sha1.New, []byte("test&"))
	mac.Write([]byte(method + "&%2F&" + escape(encode(all))))
	query["Signature"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	request, err := http.NewRequest(method, "http://"+c.endpoint+"/?"+encode(query), strings.NewReader(body))
	check(err == nil, "%s: %v", action, err)
	if how == tea {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultClient.Do(request)
	check(err == nil, "%s: %v", action, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(err == nil, "%s: %v", action, err)
	answer := object{}
	check(json.Unmarshal(text, &answer) == nil, "%s answers no JSON: %s", action, text)
	check(answer["RequestId"] != nil, "%s answers no RequestId: %s", action, text)
	return response.StatusCode, answer
}

// The answer of a call that must succeed.
func (c client) call(how form, version, action string, business params) object {
	status, answer := c.send(how, version, action, business)
	check(status == http.StatusOK, "%s: %d %v", action, status, answer)
	return answer
}

// A call that must be refused with that code.
func (c client) refused(how form, version, action, code string, business params) {
	status, answer := c.send(how, version, action, business)
	check(status >= 400 && answer["Code"] == code && answer["Message"] != "", "%s: %d %v, not %s", action, status, answer, code)
}

// Polls until `done` or 30 s are over.
func until(what string, done func() bool) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	check(false, "%s did not happen within 30 s", what)
}
