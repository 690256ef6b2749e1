package clients_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/e2e/cluster"
	"parley/e2e/harness"
	"parley/internal/oidctest"
)

// step is one call of a walk, and what it must come to.
type step struct {
	Do   string         // the operation, of connectparticipant with "participant." before it; PUT and GET are requests of a browser
	With map[string]any // its members; "$name" stands for what was kept
	Bare bool           // it takes no InstanceId
	Keep map[string]string
	// Gives says what the answer holds, by path; null = nothing there. Whatever else it holds is no matter.
	Gives   map[string]any
	Until   bool   // what it gives may take a while: it is called until it does
	Again   *step  // what is called before each of these times
	Refuses string // the error's name
	// Proves: the refusal is all that the operation is for, here as documented; it counts as proven by this client.
	Proves bool
	// Pages: the operation is called page by page of one thing each; together they hold these.
	Pages *pages
}

// operation is the service and the name of what a step calls.
func (s *step) operation() (service, name string) {
	if name, ok := strings.CutPrefix(s.Do, "participant."); ok {
		return "connectparticipant", name
	}
	return "connect", s.Do
}

type pages struct {
	List, Key string
	All       []any // of all, in any order
	Has       []any // of these once, and of others
}

// caller calls one operation through a client; refusal is the error's name.
type caller func(service, operation string, members map[string]any) (out map[string]any, refusal string)

// walker is a client, and how it calls a server.
type walker struct {
	client  string
	connect func(*testing.T, *harness.Server) caller
}

func walkers() []walker {
	return []walker{
		{"aws-sdk-go-v2", bySDK},
		{"boto3", func(t *testing.T, s *harness.Server) caller { return byPython(t, s, "boto3") }},
		{"aws-cli", func(t *testing.T, s *harness.Server) caller { return byPython(t, s, "aws-cli") }},
	}
}

// TestWalks: the operations on everything that is configured, and on chats and those who work on them, each by three unchanged clients: what is
// created is read back equal, listed and searched page by page, changed member by member, deleted; names that are taken and things that are gone are refused.
func TestWalks(t *testing.T) {
	t.Parallel()
	for _, w := range walkers() {
		t.Run(w.client, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, harness.Flags(outside(t)...))
			w.walk(t, s, around(s))
		})
	}
}

// TestWalksOnThreeNodes: the same, each call on another node than the one before, behind a balancer. One client comes after the other.
func TestWalksOnThreeNodes(t *testing.T) {
	t.Parallel()
	var nodes []*harness.Server
	for _, n := range cluster.Start(t, cluster.Config{Flags: outside(t)}).Nodes {
		nodes = append(nodes, n.Server)
	}
	things := around(nodes[0])
	for _, w := range walkers() {
		before := answered(nodes)
		if !t.Run(w.client, func(t *testing.T) { w.walk(t, nodes[0].With(t).Balanced(nodes...), things) }) {
			break // what it has left would be in the way of the next
		}
		for i, n := range answered(nodes) {
			if n -= before[i]; n < 150 {
				t.Errorf("%s: node %d answered %v calls, which is no third of them", w.client, i, n)
			}
		}
	}
}

// answered is how many calls each node has answered.
func answered(nodes []*harness.Server) (n []float64) {
	for _, node := range nodes {
		n = append(n, node.Metric("parley_requests_total"))
	}
	return n
}

// outside are the flags for what a walk meets outside of the server: a message processor, a topic, where customers sign in, a place for files.
func outside(t *testing.T) []string {
	return []string{
		"--allow-outbound", "127.0.0.1", "--function", processor + "=" + process(t), "--streaming", "chats=file:" + filepath.Join(t.TempDir(), "messages.jsonl"),
		"--customer-login", userPool + "=" + oidctest.New(t, oidctest.Client{ID: "shop"}).URL, "--attachments", t.TempDir(),
	}
}

// around is what a walk finds beside what an instance comes with, by the names that it has in walks.
func around(s *harness.Server) map[string]any {
	return map[string]any{
		"queues": s.ContactFlowID, "quiet": quiet(s), "signsIn": signingIn(s, "Sign in"), "back": backAt, "processor": processor,
		"shows": s.Flow("Show", harness.ShowView("form", map[string]any{"Heading": "Your order"}, nil), harness.Wait(harness.Week)),
	}
}

// onlyInJavaScript are operations that the models of the walking clients do not have: TestAssistant and TestJavaScriptSDK call them by the SDK for JavaScript.
var onlyInJavaScript = map[string]bool{"DeleteContactData": true, "StartAssistantContact": true}

// TestWalksLeaveNothingOut: whatever docs/compatibility.md lists as built is called with success in a walk, which makes its sentence on the clients true.
func TestWalksLeaveNothingOut(t *testing.T) {
	walked := map[[2]string]bool{}
	for _, file := range walks(t) {
		for _, one := range steps(t, file) {
			service, operation := one.operation()
			walked[[2]string{service, operation}] = walked[[2]string{service, operation}] || one.Refuses == "" || one.Proves
		}
	}
	page, err := os.ReadFile("../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]int{}
	var service string
	for line := range strings.Lines(string(page)) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			_, service, _ = strings.Cut(strings.TrimSuffix(title, "`)\n"), "(`")
		}
		cells := strings.Split(line, " | ")
		if service == "" || len(cells) != 3 || cells[1] == "state" || strings.HasPrefix(cells[1], "refused: ") {
			continue
		}
		listed[service]++
		if operation := strings.TrimPrefix(cells[0], "| "); !walked[[2]string{service, operation}] && !onlyInJavaScript[operation] {
			t.Errorf("%s of %s is in no walk", operation, service)
		}
	}
	if listed["connect"] < 200 || listed["connectparticipant"] < 10 {
		t.Errorf("the page is read wrongly: %v", listed)
	}
}

// walks are the files that hold the walks.
func walks(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("walks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no walks: %v", err)
	}
	return files
}

// walk takes all walks through a client.
func (w walker) walk(t *testing.T, s *harness.Server, things map[string]any) {
	call := w.connect(t, s)
	for _, file := range walks(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) { walk(t, s, w.client, call, steps(t, file), things) })
	}
}

// steps reads a walk.
func steps(t *testing.T, file string) (list []step) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return list
}

func walk(t *testing.T, s *harness.Server, client string, call caller, steps []step, things map[string]any) {
	kept := map[string]any{"instance": s.InstanceID, "instanceArn": s.InstanceARN, "client": client}
	maps.Copy(kept, things)
	now := s.Now().Truncate(5 * time.Minute)
	for name, at := range map[string]time.Time{
		"now": now, "hourAgo": now.Add(-time.Hour), "soon": now.Add(5 * time.Minute), "ago": now.Add(-time.Hour), "ahead": now.Add(time.Hour),
	} {
		kept[name] = at.Format(time.RFC3339)
	}
	for n, one := range steps {
		if one.Pages != nil {
			byPage(t, call, n, &one, one.members(s, kept), kept)
			continue
		}
		one.take(t, n, kept, func() (map[string]any, string) {
			if one.Again != nil {
				one.Again.take(t, n, kept, func() (map[string]any, string) { return one.Again.call(t, s, call, kept) })
			}
			return one.call(t, s, call, kept)
		})
		if one.Proves {
			service, operation := one.operation()
			if err := harness.Record(client, service, operation); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// members are what a step calls its operation with.
func (s *step) members(at *harness.Server, kept map[string]any) map[string]any {
	in, _ := put(kept, s.With).(map[string]any)
	if in == nil {
		in = map[string]any{}
	}
	if service, _ := s.operation(); !s.Bare && service == "connect" {
		in["InstanceId"] = at.InstanceID
	}
	return in
}

func (s *step) call(t *testing.T, at *harness.Server, call caller, kept map[string]any) (map[string]any, string) {
	t.Helper()
	if s.Do == "PUT" || s.Do == "GET" {
		return browse(t, s.Do, s.members(at, kept)), ""
	}
	service, operation := s.operation()
	return call(service, operation, s.members(at, kept))
}

// take takes a step, which may have to be tried for a while.
func (s *step) take(t *testing.T, n int, kept map[string]any, call func() (map[string]any, string)) {
	t.Helper()
	try := func() error {
		out, refusal := call()
		if refusal != s.Refuses {
			return fmt.Errorf("refused with %q, want %q", refusal, s.Refuses)
		}
		var problems []error
		for path, want := range s.Gives {
			path, want := fmt.Sprint(put(kept, path)), put(kept, want)
			if got := at(out, path); !holds(got, want) {
				problems = append(problems, fmt.Errorf("%s is %v, want %v", path, got, want))
			}
		}
		for name, path := range s.Keep {
			if kept[name] = at(out, fmt.Sprint(put(kept, path))); kept[name] == nil {
				problems = append(problems, fmt.Errorf("there is no %s in %v", path, out))
			}
		}
		return errors.Join(problems...)
	}
	if s.Until {
		harness.Await(t, fmt.Sprintf("what step %d, %s, gives", n, s.Do), 20*time.Second, try)
	} else if err := try(); err != nil {
		t.Fatalf("step %d, %s: %v", n, s.Do, err)
	}
}

// browse sends a request as a browser would, and tells of the answer; of one that sends the browser elsewhere, with what.
func browse(t *testing.T, method string, in map[string]any) map[string]any {
	t.Helper()
	request, err := http.NewRequest(method, fmt.Sprint(in["Url"]), strings.NewReader(fmt.Sprint(in["Body"])))
	if err != nil {
		t.Fatal(err)
	}
	headers, _ := in["Headers"].(map[string]any)
	for name, value := range headers {
		request.Header.Set(name, fmt.Sprint(value))
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{"Status": float64(answer.StatusCode), "Body": string(body)}
	if to, err := answer.Location(); err == nil {
		for name, values := range to.Query() {
			out[name] = values[0]
		}
	}
	return out
}

// byPage walks through a list with pages of one.
func byPage(t *testing.T, call caller, n int, one *step, in, kept map[string]any) {
	t.Helper()
	var got []string
	in["MaxResults"] = 1
	for range 1000 {
		service, operation := one.operation()
		out, refusal := call(service, operation, in)
		list, _ := out[one.Pages.List].([]any)
		if refusal != "" || len(list) > 1 {
			t.Fatalf("step %d, %s: refused with %q, or %d on a page of one", n, one.Do, refusal, len(list))
		}
		for _, item := range list {
			if one.Pages.Key != "" {
				item = at(item, one.Pages.Key)
			}
			got = append(got, fmt.Sprint(item))
		}
		if in["NextToken"] = out["NextToken"]; in["NextToken"] == nil {
			break
		}
	}
	var want []string
	for _, v := range slices.Concat(one.Pages.All, one.Pages.Has) {
		want = append(want, fmt.Sprint(put(kept, v)))
	}
	if one.Pages.Has != nil {
		got = slices.DeleteFunc(got, func(name string) bool { return !slices.Contains(want, name) })
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("step %d, %s: its pages hold %q, want %q", n, one.Do, got, want)
	}
}

// put replaces "$name" by what was kept under that name, also within texts.
func put(kept map[string]any, v any) any {
	switch v := v.(type) {
	case string:
		if name, ok := strings.CutPrefix(v, "$"); ok && kept[name] != nil {
			return kept[name]
		}
		for name, value := range kept {
			v = strings.ReplaceAll(v, "${"+name+"}", fmt.Sprint(value))
		}
		return v
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[name] = put(kept, inner)
		}
		return out
	case []any:
		out := []any{}
		for _, inner := range v {
			out = append(out, put(kept, inner))
		}
		return out
	}
	return v
}

// at finds what is at a path: names with dots between them; [NAME=VALUE] is the first of a list that has this member. A path may go on in a
// text that is JSON.
func at(v any, path string) any {
	for path != "" {
		if text, ok := v.(string); ok {
			var inner any
			if json.Unmarshal([]byte(text), &inner) == nil {
				v = inner
			}
		}
		var name string
		if rest, ok := strings.CutPrefix(path, "["); ok {
			name, path, _ = strings.Cut(rest, "]")
			key, want, _ := strings.Cut(name, "=")
			list, _ := v.([]any)
			found := slices.IndexFunc(list, func(item any) bool { return key == "" || fmt.Sprint(at(item, key)) == want })
			if found < 0 {
				return nil
			}
			v = list[found]
		} else {
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			name, path = path[:end], path[end:]
			object, _ := v.(map[string]any)
			v = member(object, name)
		}
		path = strings.TrimPrefix(path, ".")
	}
	return v
}

// member is an object's member, by the name that it has in the model; the Go SDK's begins with a capital.
func member(object map[string]any, name string) any {
	if v, ok := object[name]; ok || name == "" {
		return v
	}
	return object[strings.ToUpper(name[:1])+name[1:]]
}

// holds reports whether got has all of what is wanted.
func holds(got, want any) bool {
	switch want := want.(type) {
	case nil:
		return got == nil || got == "" || reflect.DeepEqual(got, []any{}) || reflect.DeepEqual(got, map[string]any{})
	case map[string]any:
		object, ok := got.(map[string]any)
		for name, inner := range want {
			ok = ok && holds(member(object, name), inner)
		}
		return ok
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return len(want) == 0 && got == nil
		}
		for i := range want {
			ok = ok && holds(list[i], want[i])
		}
		return ok
	}
	return reflect.DeepEqual(got, want)
}
