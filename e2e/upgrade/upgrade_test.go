// Package upgrade_test starts today's program on the data of every release.
package upgrade_test

import (
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	_ "modernc.org/sqlite" // moves the stored clock of a release's data

	"parley/client"
	"parley/e2e/harness"
	"parley/e2e/upgrade/fixture"
	"parley/store/codec"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// releases are those whose data is kept, each in a directory of its own.
func releases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("testdata/v*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return dirs
}

// TestUpgrade (P17): what a release acknowledged is served by this program,
// whichever releases lie between: transcripts, answers to repeated calls,
// tokens and keys, and deadlines at their time.
func TestUpgrade(t *testing.T) {
	for _, dir := range releases(t) {
		for _, form := range []string{fixture.Stopped, fixture.Killed, fixture.Backup} {
			t.Run(filepath.Base(dir)+" "+form, func(t *testing.T) {
				t.Parallel()
				r, err := fixture.Load(dir)
				if err != nil {
					t.Fatal(err)
				}
				data := unpack(t, filepath.Join(dir, form), form)
				turnBack(t, data, r.Until)
				s := harness.Start(t, harness.Data(data))
				v := visit{t, s, r, calls(t, s, r.AccessKeyID, r.SecretAccessKey)}
				v.keys()
				v.transcripts()
				v.replays()
				v.goOn()
				v.deadlines()
				s.Restart()
				v.stillThere()
			})
		}
	}
}

// unpack makes a data directory from a form of a fixture.
func unpack(t *testing.T, file, form string) string {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	command := exec.Command("tar", "-xzf", file, "-C", dir)
	if form == fixture.Backup {
		command = harness.Tool(t, "restore", file, "--data", data)
	}
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", command.Args, err, text)
	}
	return data
}

// turnBack sets the stored test clock to a moment, so that deadlines and tokens stand as they did then.
func turnBack(t *testing.T, data string, to time.Time) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	offset := strconv.FormatInt(int64(time.Until(to)), 10)
	result, err := db.Exec("UPDATE resources SET document = ? WHERE kind = 'test-clock'", codec.Seal([]byte(offset)))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%d clocks, %v", n, err)
	}
}

func calls(t *testing.T, s *harness.Server, id, secret string) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Endpoint: s.URL, Region: s.Region, InstanceID: s.InstanceID, AccessKeyID: id, SecretAccessKey: secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// visit looks at a server that runs on a release's data.
type visit struct {
	*testing.T
	s      *harness.Server
	r      fixture.Record
	signed *client.Client
}

// chat finds a chat by its name.
func (v visit) chat(name string) fixture.Chat {
	for _, c := range v.r.Chats {
		if c.Name == name {
			return c
		}
	}
	v.Fatalf("the record has no chat %s", name)
	return fixture.Chat{}
}

func (v visit) keys() {
	if v.s.AccessKeyID != v.r.AccessKeyID || v.s.SecretAccessKey != v.r.SecretAccessKey || v.s.InstanceID != v.r.InstanceID {
		v.Errorf("the first key or the instance is another: %+v", v.s.Ready)
	}
	limited := calls(v.T, v.s, v.r.LimitedID, v.r.LimitedSecret)
	for _, c := range v.r.Chats {
		path := "/contacts/" + v.r.InstanceID + "/" + c.ContactID
		var out struct {
			Contact struct{ Id string }
		}
		if err := limited.Call(v.Context(), "GET", path, nil, &out); err != nil || out.Contact.Id != c.ContactID {
			v.Errorf("%s: DescribeContact with the limited key: %+v, %v", c.Name, out, err)
		}
	}
	if err := limited.StopContact(v.Context(), v.r.Chats[0].ContactID); !client.Denied(err) {
		v.Errorf("StopContact with a key that may not: %v", err)
	}
}

func (v visit) transcripts() {
	for _, c := range v.r.Chats {
		if c.Items != nil {
			v.wantItems(c, c.Items)
		}
		var out struct{ Attributes map[string]string }
		path := "/contact/attributes/" + v.r.InstanceID + "/" + c.ContactID
		if err := v.signed.Call(v.Context(), "GET", path, nil, &out); err != nil || !reflect.DeepEqual(out.Attributes, c.Attributes) {
			v.Errorf("%s: attributes %v, %v, want %v", c.Name, out.Attributes, err, c.Attributes)
		}
	}
}

// wantItems compares a chat's transcript, from its beginning.
func (v visit) wantItems(c fixture.Chat, want []any) {
	v.Helper()
	got, err := fixture.Items(v.Context(), v.s.URL, c.Connection)
	if err != nil || len(got) < len(want) {
		v.Errorf("%s: %d items, %v, want %d", c.Name, len(got), err, len(want))
		return
	}
	for i := range want {
		if !holds(got[i], want[i]) {
			v.Errorf("%s: item %d is %v, want %v", c.Name, i, got[i], want[i])
		}
	}
}

// replays makes every call with a client token again.
func (v visit) replays() {
	for _, c := range v.r.Calls {
		answer, err := c.Make(v.Context(), v.s.URL, v.signed)
		if err != nil || !holds(decoded(v.T, answer), decoded(v.T, c.Answer)) {
			v.Errorf("%s %s %s is answered with %s, %v, and was with %s", c.Method, c.Path, c.Body, answer, err, c.Answer)
		}
	}
}

// holds reports whether a value has everything that another one has; newer releases may add members.
func holds(got, want any) bool {
	members, is := want.(map[string]any)
	if !is {
		return reflect.DeepEqual(got, want)
	}
	has, is := got.(map[string]any)
	for name, value := range members {
		if !is || !holds(has[name], value) {
			return false
		}
	}
	return is
}

func decoded(t *testing.T, text json.RawMessage) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// goOn talks in the old chats: with the old connection token, and on a websocket with the old participant token.
func (v visit) goOn() {
	for _, name := range []string{fixture.Talking, fixture.Continued} {
		c := v.chat(name)
		_, socket := v.s.ConnectParticipant(c.Token)
		answer, err := fixture.Post(v.Context(), v.s.URL+"/participant/message", c.Connection, `{"ContentType":"text/plain","Content":"new words"}`)
		if err != nil {
			v.Errorf("%s: %v: %s", name, err, answer)
			continue
		}
		socket.AwaitText("new words")
	}
	if _, err := fixture.Items(v.Context(), v.s.URL, v.chat(fixture.Over).Connection); !client.Denied(err) {
		v.Errorf("the transcript of the chat that was over: %v", err)
	}
}

// deadlines moves the clock from one to the next.
func (v visit) deadlines() {
	v.s.Advance(4 * time.Minute)
	v.wantOver("after four minutes", fixture.Over)
	v.s.Advance(2 * time.Minute)
	v.wantOver("after six minutes", fixture.Over, fixture.Unconnected)
	v.s.Advance(50 * time.Minute)
	waiting := v.chat(fixture.Waiting)
	v.wantOver("before the hour is over", fixture.Over, fixture.Unconnected)
	if n := v.spoken(waiting); n != 0 {
		v.Errorf("the flow spoke %d times before the hour was over", n)
	}
	v.s.Advance(5 * time.Minute)
	v.wantOver("after an hour", fixture.Over, fixture.Unconnected, fixture.Short)
	if n := v.spoken(waiting); n != 1 {
		v.Errorf("the flow spoke %d times after the hour, want once", n)
	}
}

// spoken counts what the flow said.
func (v visit) spoken(c fixture.Chat) (n int) {
	v.Helper()
	items, err := fixture.Items(v.Context(), v.s.URL, c.Connection)
	if err != nil {
		v.Fatal(err)
	}
	for _, item := range items {
		if item.(map[string]any)["Content"] == fixture.AfterTheWait {
			n++
		}
	}
	return n
}

// wantOver checks which chats have ended.
func (v visit) wantOver(when string, names ...string) {
	v.Helper()
	over := map[string]bool{}
	for _, name := range names {
		over[name] = true
	}
	for _, c := range v.r.Chats {
		var out struct {
			Contact struct{ DisconnectTimestamp any }
		}
		err := v.signed.Call(v.Context(), "GET", "/contacts/"+v.r.InstanceID+"/"+c.ContactID, nil, &out)
		if ended := out.Contact.DisconnectTimestamp != nil; err != nil || ended != over[c.Name] {
			v.Errorf("%s: %s has ended: %v, %v, want %v", when, c.Name, ended, err, over[c.Name])
		}
	}
}

// stillThere looks again after a restart.
func (v visit) stillThere() {
	v.signed = calls(v.T, v.s, v.r.AccessKeyID, v.r.SecretAccessKey)
	c := v.chat(fixture.Talking)
	v.wantItems(c, c.Items)
	if err := v.signed.StopContact(v.Context(), c.ContactID); err != nil {
		v.Error(err)
	}
	if err := v.signed.StopContact(v.Context(), c.ContactID); err == nil {
		v.Error("the chat was stopped twice")
	}
}
