// Package carry_test moves instances between servers with parley export and
// import, as their operators do, and breaks off on the way.
package carry_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// parley runs export or import against a server and checks its exit status. It returns what was printed.
func parley(t *testing.T, s *harness.Server, code int, args ...string) (out, errOut string) {
	t.Helper()
	cmd := s.Command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("parley %v: %v", args, err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("parley %v: exit status %d, want %d\n%s%s", args, got, code, &stdout, &stderr)
	}
	return stdout.String(), stderr.String()
}

// exported exports a server and returns the directory.
func exported(t *testing.T, s *harness.Server) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "instance")
	parley(t, s, 0, "export", "-q", dir)
	return dir
}

// files reads a directory: content by path.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// wantSame fails where two directories differ in a byte.
func wantSame(t *testing.T, what, dir, other string) {
	t.Helper()
	if diff := cmp.Diff(files(t, dir), files(t, other)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// fill makes one of everything.
func fill(t *testing.T, s *harness.Server) {
	t.Helper()
	cmd := exec.Command("python3", "boto3_everything.py", s.InstanceID)
	cmd.Env = append(os.Environ(), s.Environment()...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	fillOurs(t, s)
}

// fillOurs makes one of each thing that Amazon Connect does not have.
func fillOurs(t *testing.T, s *harness.Server) {
	t.Helper()
	sales := queues(t, s)["Sales"]
	at := "/parley/instances/" + s.InstanceID
	flow := s.Signed("GET", "/contact-flows-summary/"+s.InstanceID+"?contactFlowTypes=CONTACT_FLOW", "").Want(t, 200, "").Members(t)["ContactFlowSummaryList"].([]any)[0].(map[string]any)["Id"]
	s.Signed("PUT", at+"/settings", map[string]any{"GiveBack": true, "GraceSeconds": 90, "DispositionCodes": []string{"solved", "other"}, "Alerts": map[string]any{"WaitSeconds": 60},
		"Queues": []any{map[string]any{"QueueId": sales, "ReturnSeconds": 0, "Alerts": map[string]any{"Never": true}}}}).Want(t, 200, "")
	s.Signed("POST", at+"/quick-responses", map[string]any{"Shortcut": "Hello", "Title": "Greeting", "Content": "Hello {{Contact.CustomerName}}", "QueueIds": []any{sales}}).Want(t, 200, "")
	s.Signed("POST", at+"/quick-responses", map[string]any{"Shortcut": "bye", "Title": "Farewell", "Content": "# Bye\n", "ContentType": "text/markdown", "Language": "de", "Inactive": true}).Want(t, 200, "")
	made := s.Signed("POST", at+"/widgets", map[string]any{"Name": "Shop", "ContactFlowId": flow, "Origins": []any{"https://shop.example.com"}, "SignedOnly": true, "SeparateDevices": true, "KeepHistory": true, "WebPush": true, "QueueId": sales, "MessageFlowId": flow,
		"Look": map[string]any{"title": "Ask us", "fields": []any{map[string]any{"name": "order", "label": "Order", "type": "text"}}}}).Want(t, 200, "")
	if _, is := made.Members(t)["WidgetId"].(string); !is {
		t.Errorf("a widget is made: %s", made.Body)
	}
	for _, bad := range []struct {
		method, path, kind string
		status             int
		body               any
	}{
		{"POST", "/quick-responses", "InvalidParameterException", 400, map[string]any{"Shortcut": "a b", "Title": "t", "Content": "c"}},
		{"POST", "/quick-responses", "InvalidParameterException", 400, map[string]any{"Name": "unknown"}},
		{"POST", "/widgets", "ResourceNotFoundException", 404, map[string]any{"Name": "x", "ContactFlowId": sales}},
		{"PUT", "/settings", "ResourceNotFoundException", 404, map[string]any{"Queues": []any{map[string]any{"QueueId": flow}}}},
		{"PUT", "/settings", "InvalidParameterException", 400, map[string]any{"Alerts": map[string]any{}}},
		{"DELETE", "/widgets/" + sales, "ResourceNotFoundException", 404, ""},
	} {
		s.Signed(bad.method, at+bad.path, bad.body).Want(t, bad.status, bad.kind)
	}
	s.Signed("GET", "/parley/instances/"+sales+"/settings", "").Want(t, 404, "ResourceNotFoundException")
}

// edit replaces text in a file of an export.
func edit(t *testing.T, dir, file, old, now string) {
	t.Helper()
	path := filepath.Join(dir, file)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(content), old, now, 1)
	if changed == string(content) {
		t.Fatalf("%s has no %q:\n%s", file, old, content)
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAnInstanceMovesWhole(t *testing.T) {
	t.Parallel()
	from, to := harness.Start(t), harness.Start(t)
	fill(t, from)
	dir := exported(t, from)
	wantKinds(t, files(t, dir))
	wantNoSecret(t, from, files(t, dir))

	out, _ := parley(t, to, 2, "import", "-q", "--plan", dir)
	if !strings.Contains(out, "create queue Sales (queues/Sales.json)") || !strings.Contains(out, "    Attributes.CONTACTFLOW_LOGS: \"false\" -> \"true\"\n") {
		t.Errorf("the plan says:\n%s", out)
	}
	wantSame(t, "a plan changed something", exported(t, harness.Start(t)), exported(t, to))

	_, progress := parley(t, to, 0, "import", dir)
	if !strings.Contains(progress, "create queue Sales\n") {
		t.Errorf("the progress does not say what is made:\n%s", progress)
	}
	wantSame(t, "the other server has something else", dir, exported(t, to))
	for _, args := range [][]string{{"import", "-q", "--plan", "--prune", dir}, {"import", "-q", dir}} {
		if out, _ := parley(t, to, 0, args...); out != "Nothing to do: the instance is as the files say.\n" {
			t.Errorf("%v says:\n%s", args, out)
		}
	}
	before := files(t, dir)
	parley(t, from, 0, "export", "-q", dir)
	if diff := cmp.Diff(before, files(t, dir)); diff != "" {
		t.Errorf("an export over an export differs:\n%s", diff)
	}
	wantChats(t, to)
}

// wantKinds fails where a kind of things has no file.
func wantKinds(t *testing.T, all map[string]string) {
	t.Helper()
	dirs := map[string]bool{}
	for name := range all {
		dirs[filepath.Dir(name)] = true
	}
	for _, dir := range strings.Fields(`. storage functions bots lex-bots integrations hours prompts views predefined-attributes hierarchy-groups
		agent-statuses security-profiles queues routing-profiles users modules flows quick-connects rules test-cases settings quick-responses widgets`) {
		if !dirs[dir] {
			t.Errorf("the export has no %s", dir)
		}
	}
}

// wantNoSecret fails where an export has a secret, or an id.
func wantNoSecret(t *testing.T, s *harness.Server, all map[string]string) {
	t.Helper()
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|` + regexp.QuoteMeta(s.InstanceID))
	secrets := []string{"Secret-Pass", "argon2", "NEVEREXPORTED", "BEGIN PUBLIC", s.SecretAccessKey, s.AccessKeyID, s.Admin.Password, s.Agents[0].Password}
	for name, content := range all {
		if found := id.FindString(content); found != "" {
			t.Errorf("%s has the id %s", name, found)
		}
		for _, secret := range secrets {
			if secret == "" || strings.Contains(content, secret) {
				t.Errorf("%s has the secret %q", name, secret)
			}
		}
	}
}

// wantChats fails where a flow that was moved does not run: it fails the test.
func wantChats(t *testing.T, s *harness.Server) {
	t.Helper()
	s.With(t).Join()
}

// step is an edit of an export and what the plan says of it then.
type step struct {
	name  string
	edit  func(t *testing.T, dir string)
	prune bool
	says  []string
}

func steps() []step {
	remove := func(t *testing.T, dir, file string) {
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}
	return []step{
		{"members", func(t *testing.T, dir string) {
			edit(t, dir, "queues/Sales.json", `"Description": "D",`, ``)
			edit(t, dir, "queues/Sales.json", `"MaxContacts": 5,`, ``)
			edit(t, dir, "queues/Sales.json", `"k": "v"`, `"other": ""`)
			edit(t, dir, "queues/Sales.json", `    "name:quick-connect/To Ada",`, ``)
			edit(t, dir, "routing-profiles/Shop.json", `"Delay": 5`, `"Delay": 7`)
			edit(t, dir, "users/two.json", `"Username"`, `"HierarchyGroupId": "name:hierarchy-group/Germany", "Username"`)
			edit(t, dir, "users/ada@example.com.json", `  "HierarchyGroupId": "name:hierarchy-group/Anton's team",`, ``)
			edit(t, dir, "users/ada@example.com.json", `"Level": 2`, `"Level": 3`)
			edit(t, dir, "hours/Office%3A 9%2F5.json", `"EffectiveTill": "2030-12-26"`, `"EffectiveTill": "2030-12-27"`)
			edit(t, dir, "agent-statuses/Lunch.json", `"DisplayOrder": 7,`, ``)
			edit(t, dir, "security-profiles/Shop.json", `"Users.View"`, `"Users.Edit"`)
			edit(t, dir, "instance.json", `https://shop.example.com`, `https://new.example.com`)
			edit(t, dir, "instance.json", `"MaximumSizeLimitInBytes": 1000000`, `"MaximumSizeLimitInBytes": 2000000`)
			edit(t, dir, "storage/CHAT_TRANSCRIPTS.json", `"chats"`, `"other"`)
		}, false, []string{
			"change queue Sales (queues/Sales.json)\n", "left out: queues/Sales.json: Description: the API cannot take it away: it stays \"D\"\n", "    MaxContacts: - 5\n", "    QuickConnectIds: - \"name:quick-connect/To Ada\"\n",
			"    AttachedFiles.CHAT.MaximumSizeLimitInBytes: 1000000 -> 2000000\n",
			"    Tags.k: - \"v\"\n", "    Tags.other: + \"\"\n", "    HierarchyGroupId: + \"name:hierarchy-group/Germany\"\n", "    DisplayOrder: - 7\n",
			"    Permissions: - \"Users.View\"\n    Permissions: + \"Users.Edit\"\n", "    StorageConfig.S3Config.BucketName: \"chats\" -> \"other\"\n",
		}},
		{"contents", func(t *testing.T, dir string) {
			edit(t, dir, "flows/Never published.flow.json", `"Text": "Hello"`, `"Text": "Hi"`)
			edit(t, dir, "flows/Ping.json", `"File": "Ping.saved.flow.json"`, `"File": "Ping.flow.json"`)
			edit(t, dir, "flows/Pong.json", `"State": "ARCHIVED"`, `"State": "ACTIVE"`)
			edit(t, dir, "modules/Login.prod.flow.json", `"Text": "one"`, `"Text": "four"`)
			edit(t, dir, "modules/Login.json", `"prod": {`, `"test": {"Content": {"File": "Login.flow.json"}, "Settings": {"InputParameters": [], "OutputParameters": [], "Transitions": []}}, "prod": {`)
			edit(t, dir, "views/Form.json", `"Published"`, `"Printed"`)
			edit(t, dir, "views/Sketch.json", `"SAVED"`, `"PUBLISHED"`)
			edit(t, dir, "test-cases/Greeted.json", `"Description": "D"`, `"Description": "E"`)
			edit(t, dir, "rules/Refund.json", `"name:queue/Sales"`, `"name:queue/BasicQueue"`)
			edit(t, dir, "rules/Draft.json", `"DRAFT"`, `"PUBLISHED"`)
			edit(t, dir, "settings/Agents.json", `"GraceSeconds": 90,`, ``)
			edit(t, dir, "settings/Agents.json", `"GiveBack": true`, `"GiveBack": false`)
			edit(t, dir, "settings/Agents.json", `"name:queue/Sales"`, `"name:queue/BasicQueue"`)
			edit(t, dir, "quick-responses/hello.json", `"hello"`, `"Hello"`) // which is the same
			edit(t, dir, "quick-responses/hello.json", `"Greeting"`, `"Welcome"`)
			edit(t, dir, "widgets/Shop.json", `"SignedOnly": true,`, ``)
			edit(t, dir, "widgets/Shop.json", `"name:queue/Sales"`, `"name:queue/BasicQueue"`)
		}, false, []string{
			"change flow Never published (flows/Never published.json)\n    Content:\n", "- Hello\n", "+ Hi\n", "    State: \"ARCHIVED\" -> \"ACTIVE\"\n",
			"    Aliases.prod.Content:\n", "    Aliases.test: + {\"Content\":\"(a flow)\",", "    Saved: - {\"Content\":\"(a flow)\"}\n", "    Content.Template.Body: + ", "    Status: \"SAVED\" -> \"PUBLISHED\"\n", "    Description: \"D\" -> \"E\"\n",
			"    GraceSeconds: - 90\n", "    GiveBack: - true\n", "    Title: \"Greeting\" -> \"Welcome\"\n", "    SignedOnly: - true\n", "    QueueId: \"name:queue/Sales\" -> \"name:queue/BasicQueue\"\n",
		}},
		{"files", func(t *testing.T, dir string) {
			edit(t, dir, "quick-connects/Phone.json", `"Name": "Phone"`, `"Name": "Call"`) // the file keeps its name
			edit(t, dir, "quick-connects/Phone.json", `+4930123456`, `+4930123457`)
			remove(t, dir, "test-cases/Greeted.json")
			remove(t, dir, "rules/Draft.json")
			remove(t, dir, "quick-responses/bye.json")
			remove(t, dir, "widgets/Shop.json")
			remove(t, dir, "users/ada@example.com.json")
			remove(t, dir, "quick-connects/To Ada.json")
			edit(t, dir, "queues/Support%3A €%2F%24 100%25.json", `"Support: €/$ 100%"`, `"Help"`)
			edit(t, dir, "routing-profiles/Shop.json", `name:queue/Support%3A €/%24 100%25`, `name:queue/Help`)
			edit(t, dir, "routing-profiles/Shop.json", `name:queue/Support%3A €/%24 100%25`, `name:queue/Help`)
			edit(t, dir, "flows/Ping.json", `"Ping"`, `"Pingpong"`)
			edit(t, dir, "flows/Pong.flow.json", `name:flow/Ping`, `name:flow/Pingpong`)
		}, true, []string{"rename queue Support: €/$ 100% to Help (queues/", "rename flow Ping to Pingpong (flows/Ping.json)\n",
			"create quick connect Call (quick-connects/Phone.json)\n", "delete quick connect Phone\n", "delete user ada@example.com\n", "delete test case Greeted\n", "delete rule Draft\n", "delete quick response bye\n", "delete widget Shop\n"}},
	}
}

func TestPlansSayWhatImportsDo(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	fill(t, s)
	dir := exported(t, s)
	support := queues(t, s)["Support: €/$ 100%"]
	for _, step := range steps() {
		step.edit(t, dir)
		args := []string{"import", "-q", dir}
		if step.prune {
			args = append(args, "--prune")
		}
		out, _ := parley(t, s, 2, append(args, "--plan")...)
		for _, says := range step.says {
			if !strings.Contains(out, says) {
				t.Errorf("%s: the plan does not say %q:\n%s", step.name, says, out)
			}
		}
		parley(t, s, 0, args...)
		if out, _ := parley(t, s, 0, append(args, "--plan")...); !strings.Contains(out, "Nothing to do") {
			t.Errorf("%s: after the import there is something to do:\n%s", step.name, out)
		}
	}
	if got := queues(t, s)["Help"]; got != support {
		t.Errorf("the renamed queue is %s, want %s: it is another one", got, support)
	}
}

func TestUsersWhoAreMadeGetTheirPasswords(t *testing.T) {
	t.Parallel()
	from, to := harness.Start(t), harness.Start(t)
	fill(t, from)
	dir, secrets := exported(t, from), filepath.Join(t.TempDir(), "passwords")
	if err := os.WriteFile(secrets, []byte(`{"two": "Another-Pass-3"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, errOut := parley(t, to, 1, "import", "-q", "--passwords", secrets, dir); !strings.Contains(errOut, "can be read by others") {
		t.Errorf("it says %s", errOut)
	}
	if err := os.Chmod(secrets, 0o600); err != nil {
		t.Fatal(err)
	}
	parley(t, to, 0, "import", "-q", "--passwords", secrets, dir)
	for _, c := range []struct {
		user, password string
		status         int
	}{{"two", "Another-Pass-3", 200}, {"two", "Secret-Pass-2", 401}, {"ada@example.com", "Secret-Pass-1", 401}, {"admin", to.Admin.Password, 200}} {
		body := strings.NewReader(`{"username": "` + c.user + `", "password": "` + c.password + `"}`)
		answer, err := http.Post(to.URL+"/api/login", "application/json", body)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.status {
			t.Errorf("%s signs in with %s: %d, want %d", c.user, c.password, answer.StatusCode, c.status)
		}
	}
}

// queues are the ids of the queues by name.
func queues(t *testing.T, s *harness.Server) map[string]string {
	t.Helper()
	out, err := s.Connect().ListQueues(context.Background(), &connect.ListQueuesInput{InstanceId: &s.InstanceID})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, q := range out.QueueSummaryList {
		ids[aws.ToString(q.Name)] = aws.ToString(q.Id)
	}
	return ids
}

func TestWhatTheFilesDoNotHaveStaysOrGoes(t *testing.T) {
	t.Parallel()
	fresh, full := exported(t, harness.Start(t)), harness.Start(t)
	fill(t, full)
	out, _ := parley(t, full, 2, "import", "-q", "--plan", fresh)
	if !strings.Contains(out, "kept: queue Sales is not in the files (--prune deletes it)\n") || strings.Contains(out, "delete ") {
		t.Errorf("without --prune the plan says:\n%s", out)
	}
	parley(t, full, 0, "import", "-q", "--prune", fresh)
	got := exported(t, full)
	for _, status := range []string{"Lunch", "Old"} { // which no operation deletes
		if err := os.Remove(filepath.Join(got, "agent-statuses", status+".json")); err != nil {
			t.Error(err)
		}
	}
	wantSame(t, "something is left", fresh, got)
}

// TestWhatNamesAUserWhoIsGone: a deleted user leaves its quick connect behind, as on Amazon Connect, and nothing that is exported leans on it.
func TestWhatNamesAUserWhoIsGone(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ann := s.Agent("Ann", false, 1)
	flow := s.FlowOf("AGENT_TRANSFER", "Whom", harness.Wait(harness.Week))
	made := s.Signed("PUT", "/quick-connects/"+s.InstanceID, map[string]any{"Name": "To Ann", "QuickConnectConfig": map[string]any{
		"QuickConnectType": "USER", "UserConfig": map[string]any{"UserId": ann.UserID, "ContactFlowId": flow},
	}}).Want(t, 200, "").Members(t)["QuickConnectId"]
	queue := queues(t, s)["BasicQueue"]
	s.Signed("POST", "/queues/"+s.InstanceID+"/"+queue+"/associate-quick-connects", map[string]any{"QuickConnectIds": []any{made}}).Want(t, 200, "")
	s.Signed("DELETE", "/users/"+s.InstanceID+"/"+ann.UserID, "").Want(t, 200, "")

	dir := filepath.Join(t.TempDir(), "instance")
	_, told := parley(t, s, 0, "export", dir)
	for _, says := range []string{
		"quick connect To Ann: not carried: QuickConnectConfig.UserConfig.UserId: there is no agent " + ann.UserID,
		"queue BasicQueue: QuickConnectIds[0]: there is no quick-connect",
		"never exported: ", "; claimed phone numbers and e-mail addresses;", // numbers of quick connects are
	} {
		if !strings.Contains(told, says) {
			t.Errorf("the export does not say %q:\n%s", says, told)
		}
	}
	if out, _ := parley(t, s, 0, "import", "-q", "--plan", dir); !strings.Contains(out, "Nothing to do") {
		t.Errorf("where it came from, there is something to do:\n%s", out)
	}
	other := harness.Start(t)
	parley(t, other, 0, "import", "-q", dir)
	wantSame(t, "an export of the import", dir, exported(t, other))
}
