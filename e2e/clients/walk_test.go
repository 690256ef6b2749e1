package clients_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// step is one call of a walk, and what it must come to.
type step struct {
	Do   string         // the operation
	With map[string]any // its members; "$name" stands for what was kept
	Bare bool           // it takes no InstanceId
	Keep map[string]string
	// Gives says what the answer holds, by path; null = nothing there. Whatever else it holds is no matter.
	Gives   map[string]any
	Refuses string // the error's name
	// Proves: the refusal is all that the operation is for, here as documented; it counts as proven by this client.
	Proves bool
	// Pages: the operation is called page by page of one thing each; together they hold these.
	Pages *pages
}

type pages struct {
	List, Key string
	All       []any // of all, in any order
}

// caller calls one operation through a client; refusal is the error's name.
type caller func(operation string, members map[string]any) (out map[string]any, refusal string)

// TestWalks: the operations on everything that is configured, each by three unchanged clients: what is created is read back
// equal, listed and searched page by page, changed member by member, deleted; names that are taken and things that are gone are refused.
func TestWalks(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("walks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no walks: %v", err)
	}
	for client, connect := range map[string]func(*testing.T, *harness.Server) caller{
		"aws-sdk-go-v2": bySDK,
		"boto3":         func(t *testing.T, s *harness.Server) caller { return byPython(t, s, "boto3") },
		"aws-cli":       func(t *testing.T, s *harness.Server) caller { return byPython(t, s, "aws-cli") },
	} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t)
			walkAll(t, s, client, connect(t, s), files)
		})
	}
}

// TestWalksOnThreeNodes: the same, each call on another node than the one before, as behind a balancer.
func TestWalksOnThreeNodes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("walks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no walks: %v", err)
	}
	var nodes []*harness.Server
	for _, n := range cluster.Start(t, cluster.Config{}).Nodes {
		nodes = append(nodes, n.Server)
	}
	s := nodes[0].Around(nodes...)
	walkAll(t, s, "aws-sdk-go-v2", bySDK(t, s), files)
}

func walkAll(t *testing.T, s *harness.Server, client string, call caller, files []string) {
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) { walk(t, s, client, call, file) })
	}
}

func walk(t *testing.T, s *harness.Server, client string, call caller, file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var steps []step
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&steps); err != nil {
		t.Fatal(err)
	}
	kept := map[string]any{"instance": s.InstanceID, "instanceArn": s.InstanceARN}
	now := s.Now().Truncate(5 * time.Minute)
	for name, at := range map[string]time.Time{
		"now": now, "hourAgo": now.Add(-time.Hour), "soon": now.Add(5 * time.Minute), "ago": now.Add(-time.Hour), "ahead": now.Add(time.Hour),
	} {
		kept[name] = at.Format(time.RFC3339)
	}
	for n, one := range steps {
		in, _ := put(kept, one.With).(map[string]any)
		if in == nil {
			in = map[string]any{}
		}
		if !one.Bare {
			in["InstanceId"] = s.InstanceID
		}
		if one.Pages != nil {
			byPage(t, call, n, &one, in, kept)
			continue
		}
		out, refusal := call(one.Do, in)
		if refusal != one.Refuses {
			t.Fatalf("step %d, %s: refused with %q, want %q", n, one.Do, refusal, one.Refuses)
		}
		if one.Proves {
			if err := harness.Record(client, "connect", one.Do); err != nil {
				t.Fatal(err)
			}
		}
		for path, want := range one.Gives {
			if got := at(out, path); !holds(got, put(kept, want)) {
				t.Errorf("step %d, %s: %s is %v, want %v", n, one.Do, path, got, put(kept, want))
			}
		}
		for name, path := range one.Keep {
			if kept[name] = at(out, path); kept[name] == nil {
				t.Fatalf("step %d, %s: there is no %s in %v", n, one.Do, path, out)
			}
		}
	}
}

// byPage walks through a list with pages of one.
func byPage(t *testing.T, call caller, n int, one *step, in, kept map[string]any) {
	t.Helper()
	var got []string
	in["MaxResults"] = 1
	for range 1000 {
		out, refusal := call(one.Do, in)
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
	for _, v := range one.Pages.All {
		want = append(want, fmt.Sprint(put(kept, v)))
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

// at finds what is at a path: names with dots between them; [NAME=VALUE] is the first of a list that has this member.
func at(v any, path string) any {
	for path != "" {
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

// bySDK calls the Go SDK's methods by their names.
func bySDK(t *testing.T, s *harness.Server) caller {
	return func(operation string, members map[string]any) (map[string]any, string) {
		method := reflect.ValueOf(s.Connect()).MethodByName(operation)
		if !method.IsValid() {
			t.Fatalf("the SDK has no %s", operation)
		}
		in := reflect.New(method.Type().In(1).Elem())
		values := takeValues(in, members)
		refill(t, members, in.Interface())
		if values != nil {
			in.Elem().FieldByName("Values").Set(reflect.ValueOf(values))
		}
		results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
		if err, _ := results[1].Interface().(error); err != nil {
			return nil, harness.RefusalOf(err).Name
		}
		out := map[string]any{}
		refill(t, results[0].Interface(), &out)
		if list, ok := at(out, "PredefinedAttribute.Values.Value").([]any); ok {
			out["PredefinedAttribute"].(map[string]any)["Values"] = map[string]any{"StringList": list}
		}
		return out, ""
	}
}

// takeValues takes the one union out of the members whose Go type is an interface: the values of a predefined attribute.
func takeValues(in reflect.Value, members map[string]any) types.PredefinedAttributeValues {
	list, ok := at(members, "Values.StringList").([]any)
	if !ok || !in.Elem().FieldByName("Values").IsValid() {
		return nil
	}
	delete(members, "Values")
	values := &types.PredefinedAttributeValuesMemberStringList{}
	for _, value := range list {
		values.Value = append(values.Value, fmt.Sprint(value))
	}
	return values
}

// refill brings a value into another form. The SDK's types have the members' names in Go's capitals.
func refill(t *testing.T, from, to any) {
	t.Helper()
	raw, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(raw, to)
	}
	if err != nil {
		t.Fatalf("%s into %T: %v", raw, to, err)
	}
}

// byPython lets walk.py call the operations.
func byPython(t *testing.T, s *harness.Server, client string) caller {
	cmd := command(t, s, "python3", "walk.py", client)
	cmd.Env = append(cmd.Env, "AWS_PAGER=")
	var errors bytes.Buffer
	cmd.Stderr = &errors
	to, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	from, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		to.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("walk.py %s: %v: %s", client, err, errors.String())
		}
	})
	answers := bufio.NewReader(from)
	return func(operation string, members map[string]any) (map[string]any, string) {
		if err := json.NewEncoder(to).Encode(map[string]any{"op": operation, "in": members}); err != nil {
			t.Fatal(err)
		}
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatalf("walk.py %s answers nothing to %s: %v", client, operation, err)
		}
		var answer struct {
			Out   map[string]any
			Error string
		}
		if err := json.Unmarshal(line, &answer); err != nil {
			t.Fatalf("%s: %s: %v", operation, line, err)
		}
		if answer.Error == "" {
			if err := harness.Record(client, "connect", operation); err != nil {
				t.Fatal(err)
			}
		}
		return answer.Out, answer.Error
	}
}
