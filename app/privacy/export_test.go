package privacy_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"parley/app/privacy"
	"parley/domain/change"
	"parley/domain/held"
	"parley/domain/routing"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// exported writes an export and returns its files by name.
func (w *world) exported(n node, wanted privacy.Wanted) map[string]string {
	w.t.Helper()
	wanted.Instance = instance
	e, err := n.Export(w.t.Context(), wanted)
	if err != nil {
		w.t.Fatal(err)
	}
	var body bytes.Buffer
	if err := n.Write(w.t.Context(), e, &body); err != nil {
		w.t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body.Bytes()), int64(body.Len()))
	if err != nil {
		w.t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		if _, twice := files[f.Name]; twice {
			w.t.Errorf("%s is in it twice", f.Name)
		}
		r, err := f.Open()
		if err != nil {
			w.t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			w.t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

// TestAnExportHasWhatIsHeld: each place of domain/held that is about customers is where it says, and what others have is nowhere.
func TestAnExportHasWhatIsHeld(t *testing.T) {
	w := newWorld(t)
	w.chat(first, "ada")
	w.chat(second, "ada")
	w.chat(others, "ben")
	w.also(first)
	n := w.node(1 << 40)
	files := w.exported(n, privacy.Wanted{Customer: "ada"})
	for _, p := range append(held.Tables(), held.Documents()...) {
		in := p.Export().In
		if in == "" {
			continue
		}
		if !strings.HasPrefix(in, "/") {
			in = "chats/" + first + "/" + in
		}
		if !hasIn(files, strings.TrimPrefix(in, "/")) {
			t.Errorf("%s is not in %s", p.Name, in)
		}
	}
	for _, id := range []string{first, second} {
		if files["chats/"+id+"/"+held.Files+"file-1"] != "bytes of "+id {
			t.Errorf("the file of %s is not in it", id)
		}
		if got := strings.Count(files["chats/"+id+"/transcripts/"+id+".json"], "said by ada"); got != 2 {
			t.Errorf("%d of 2 messages are in the transcript", got)
		}
	}
	for name, text := range files {
		if strings.Contains(name+text, "ben") || strings.Contains(name+text, others) {
			t.Errorf("%s has what is somebody else's", name)
		}
	}
	var about privacy.Contents
	if err := json.Unmarshal([]byte(files[privacy.About]), &about); err != nil || about.Chats != 2 || len(about.Held) < 10 {
		t.Errorf("it says of itself %+v, %v", about, err)
	}
	w.audited("export asked for: of a CustomerId", "exported: 2 chats")
}

func hasIn(files map[string]string, in string) bool {
	for name := range files {
		if name == in || strings.HasSuffix(in, "/") && strings.HasPrefix(name, in) {
			return true
		}
	}
	return false
}

// also gives a chat what world.chat does not: a receipt, a document of each kind that is found by ids, and who served the customer.
func (w *world) also(chat string) {
	w.t.Helper()
	snap, err := w.store.Session(w.t.Context(), chat)
	if err != nil {
		w.t.Fatal(err)
	}
	set := &change.Set{
		ID: "also", At: w.clock.Now(), Session: &change.Session{ID: chat, Version: snap.Version},
		Marks: []transcript.Mark{{Participant: "p", Read: 1, ReadAt: w.clock.Now()}},
		Resources: []change.Resource{
			{Instance: instance, Kind: routing.ServedKind, ID: routing.ServedID("ada"), Document: []byte(`{"agent":"eve"}`)},
			{Instance: instance, Kind: "told-feed", ID: chat + "/events/crm", Document: []byte("no JSON")},
		},
	}
	if _, err := w.store.Commit(w.t.Context(), set); err != nil {
		w.t.Fatal(err)
	}
}

// audited holds the newest events of the audit log against those that are wanted, the oldest first.
func (w *world) audited(want ...string) {
	w.t.Helper()
	list, _, err := w.log.Page(w.t.Context(), instance, 0, len(want))
	if err != nil || len(list) != len(want) {
		w.t.Fatalf("the audit log has %v, %v", list, err)
	}
	for i, e := range list {
		if got := e.Event + ": " + e.Detail; got != want[len(want)-1-i] {
			w.t.Errorf("the audit log says %q, want %q", got, want[len(want)-1-i])
		}
	}
}

// A chat of many contacts is in an export once, whichever of its contacts are the customer's; and a contact is exported with its chat.
func TestAChatIsExportedOnce(t *testing.T) {
	w := newWorld(t)
	w.chat(first, "ada")
	w.chain(second, "", "ada", "ada", "")
	n := w.node(1 << 40)
	files := w.exported(n, privacy.Wanted{Customer: "ada"})
	if got := strings.Count(files[privacy.About], `"chats":2`); got != 1 {
		t.Errorf("the export says %s", files[privacy.About])
	}
	files = w.exported(n, privacy.Wanted{Contact: second + "-2"})
	for _, k := range []string{second, second + "-1", second + "-2", second + "-3"} {
		if files["chats/"+second+"/records/"+k+".json"] == "" {
			t.Errorf("the record of %s is missing", k)
		}
	}
	w.audited("exported: 1 chat")
	for _, wanted := range []privacy.Wanted{{}, {Contact: first, Customer: "ada"}} {
		if _, err := n.Export(t.Context(), wanted); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", wanted, err)
		}
	}
	if _, err := n.Export(t.Context(), privacy.Wanted{Instance: instance, Contact: others}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a contact that is not there: %v", err)
	}
}

// A name that somebody gave a file leads nowhere.
func TestNamesOfFilesLeadNowhere(t *testing.T) {
	for name, want := range map[string]string{
		"a.txt": "a.txt", "../../etc/passwd": ".._.._etc_passwd", `c:\x`: "c__x", "new\nline": "new_line", strings.Repeat("ä", 100) + ".pdf": strings.Repeat("ä", 76) + ".pdf",
	} {
		if got := privacy.Safe(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// An export that breaks off is no zip file, and the audit log does not say that it was written.
func TestAnExportThatBreaksOff(t *testing.T) {
	w := newWorld(t)
	w.chat(first, "ada")
	n := w.node(1 << 40)
	e, err := n.Export(t.Context(), privacy.Wanted{Instance: instance, Customer: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Write(t.Context(), e, &short{left: 200}); err == nil {
		t.Error("it was written to where nothing can be")
	}
	w.audited("export asked for: of a CustomerId")
}

// short takes so many bytes.
type short struct{ left int }

func (s *short) Write(p []byte) (int, error) {
	if s.left -= len(p); s.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

// An export is sent as it is read: of a large file no more than a buffer waits in memory.
func TestAnExportHoldsNoFile(t *testing.T) {
	w := newWorld(t)
	w.chat(first, "ada")
	n := w.node(1 << 40)
	f := &flow{left: 64 << 20}
	n.Files = f
	e, err := n.Export(t.Context(), privacy.Wanted{Instance: instance, Customer: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Write(t.Context(), e, f); err != nil {
		t.Fatal(err)
	}
	if f.left > 0 || f.most > 1<<20 {
		t.Errorf("%d bytes of the file were not read, and up to %d waited", f.left, f.most)
	}
}

// flow is a file of so many bytes, and what its copy is written to: it knows how many bytes waited between the two at the most.
type flow struct {
	files
	left, waits, most int
}

func (f *flow) Held(_ context.Context, session string, do func(string, io.Reader) error) error {
	return do(session+"/file-1", f)
}

func (f *flow) Read(p []byte) (int, error) {
	n := min(len(p), f.left)
	if n == 0 {
		return 0, io.EOF
	}
	f.left -= n
	f.waits += n
	f.most = max(f.most, f.waits)
	return n, nil
}

func (f *flow) Write(p []byte) (int, error) {
	f.waits = max(0, f.waits-len(p))
	return len(p), nil
}
