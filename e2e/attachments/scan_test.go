package attachments_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"parley/e2e/harness"
)

// clamd is a server of the INSTREAM protocol, written from clamd(8): it finds
// what holds "EICAR". While it is held, nobody gets an answer.
type clamd struct {
	net.Listener
	hold sync.Mutex
	seen chan []byte
}

func newClamd(t *testing.T) *clamd {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "clamd.ctl"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &clamd{Listener: l, seen: make(chan []byte, 100)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
	return c
}

func (c *clamd) serve(conn net.Conn) {
	defer conn.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		fmt.Fprint(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var body []byte
	for {
		var size uint32
		if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
			return
		}
		if size == 0 {
			break
		}
		piece := make([]byte, size)
		if _, err := io.ReadFull(conn, piece); err != nil {
			return
		}
		body = append(body, piece...)
	}
	c.seen <- body
	c.hold.Lock()
	defer c.hold.Unlock()
	switch {
	case bytes.Contains(body, []byte("CONFUSE")):
		fmt.Fprint(conn, "INSTREAM size limit exceeded. ERROR\x00")
	case bytes.Contains(body, []byte("EICAR")):
		fmt.Fprint(conn, "stream: Eicar-Test-Signature FOUND\x00")
	default:
		fmt.Fprint(conn, "stream: OK\x00")
	}
}

// status waits for an attachment of that status on the socket and returns its item's Id.
func (f files) status(id, status string) string {
	f.Helper()
	var found string
	harness.Await(f, status+" of an attachment", 10*time.Second, func() error {
		for _, frame := range f.chat.Socket.Frames("aws/chat") {
			text := string(frame.Content)
			if strings.Contains(text, id) && strings.Contains(text, `\"Status\":\"`+status+`\"`) {
				_, rest, _ := strings.Cut(text, `\"Id\":\"`)
				found, _, _ = strings.Cut(rest, `\"`)
				return nil
			}
		}
		return fmt.Errorf("not seen")
	})
	return found
}

func TestAScannerLooksFirst(t *testing.T) {
	t.Parallel()
	scanner := newClamd(t)
	f := open(t, harness.Flags("--scanner", "clamd:"+scanner.Addr().String()))
	scanner.hold.Lock()
	good := append(png(200_000), "end"...)
	id := f.attach("good.png", "image/png", good)
	early := f.status(id, "IN_PROGRESS")
	if got := <-scanner.seen; !bytes.Equal(got, good) {
		t.Errorf("the scanner saw %d other bytes", len(got))
	}
	_, err := f.get(id)
	if message := refused(t, err, 400, "ValidationException"); !strings.Contains(message, "being checked") {
		t.Error(message)
	}
	if got := f.shown(); len(got) != 0 {
		t.Errorf("the transcript shows %v already", got)
	}
	scanner.hold.Unlock()
	if late := f.status(id, "APPROVED"); late != early || early == "" {
		t.Errorf("the item's Id was %s, and then %s", early, late)
	}
	f.read(id)
	bad := f.attach("bad.txt", "text/plain", []byte("EICAR"))
	f.status(bad, "REJECTED")
	_, err = f.get(bad)
	if message := refused(t, err, 400, "ValidationException"); !strings.Contains(message, "rejected") {
		t.Error(message)
	}
	harness.Await(t, "the end of the rejected bytes", 10*time.Second, func() error {
		if got := f.kept(); len(got) != 1 {
			return fmt.Errorf("there are %v", got)
		}
		return nil
	})
	shown := f.shown()
	if len(shown) != 2 || shown[0].Status != "APPROVED" || shown[1].Status != "REJECTED" {
		t.Errorf("the transcript shows %+v", shown)
	}
	if log := f.s.Log(); !strings.Contains(log, "Eicar-Test-Signature") || strings.Contains(log, "bad.txt") {
		t.Error("the log must name what was found, and not the file's name")
	}
}

// TestAScannerThatIsAway: nothing passes unseen; after five minutes it is rejected. What a crash
// interrupted is scanned after it.
func TestAScannerThatIsAway(t *testing.T) {
	t.Parallel()
	scanner := newClamd(t)
	f := open(t, harness.Flags("--scanner", "clamd:"+scanner.Addr().String()))
	scanner.hold.Lock()
	crashed := f.attach("a.txt", "text/plain", []byte("hello"))
	<-scanner.seen
	f.s.Kill()
	scanner.hold.Unlock()
	f.s.Boot()
	f.s.Advance(2 * time.Minute)
	harness.Await(t, "the scan after the crash", 10*time.Second, func() error {
		if got := f.shown(); len(got) != 1 || aws.ToString(got[0].AttachmentId) != crashed || got[0].Status != "APPROVED" {
			return fmt.Errorf("the transcript shows %+v", got)
		}
		return nil
	})
	confused := f.attach("b.txt", "text/plain", []byte("CONFUSE"))
	<-scanner.seen
	scanner.Close()
	f.s.Advance(4 * time.Minute)
	if got := f.shown(); len(got) != 1 {
		t.Errorf("without a verdict the transcript shows %+v", got)
	}
	f.s.Advance(3 * time.Minute)
	if got := f.shown(); len(got) != 2 || aws.ToString(got[1].AttachmentId) != confused || got[1].Status != "REJECTED" {
		t.Errorf("at last the transcript shows %+v", got)
	}
}

func TestAWebhookScans(t *testing.T) {
	t.Parallel()
	type call struct{ AttachmentID, ContactID, Name, ContentType, SHA256, URL string }
	calls := make(chan call, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var c call
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			t.Error(err)
		}
		answer, err := http.Get(c.URL)
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != 200 || r.Header.Get("Webhook-Signature") == "" {
			t.Errorf("%d %v, signed %q", answer.StatusCode, err, r.Header.Get("Webhook-Signature"))
		}
		verdict := map[string]string{"status": "APPROVED"}
		if string(body) == "EICAR" {
			verdict = map[string]string{"status": "REJECTED", "finding": "test"}
		}
		calls <- c
		_ = json.NewEncoder(w).Encode(verdict)
	}))
	t.Cleanup(hook.Close)
	f := open(t, harness.Flags("--scanner", "webhook:"+hook.URL, "--allow-outbound", "127.0.0.1"), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	good := f.attach("a.txt", "text/plain", []byte("hello"))
	f.status(good, "APPROVED")
	c := <-calls
	if c.AttachmentID != good || c.ContactID != f.chat.ContactID || c.Name != "a.txt" || len(c.SHA256) != 64 {
		t.Errorf("the webhook was told %+v", c)
	}
	bad := f.attach("b.txt", "text/plain", []byte("EICAR"))
	f.status(bad, "REJECTED")
	c = <-calls
	if status, _, _ := f.fetch(c.URL); status != 403 {
		t.Errorf("the scanner's URL of a rejected file: %d", status)
	}
}
