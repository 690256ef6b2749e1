package attachments_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/e2e/harness"
	"parley/internal/postgrestest"
	"parley/internal/s3test"
)

// bucket makes a server keep its files in a bucket.
func bucket(s *s3test.Server, prefix string) harness.Option {
	return func(to *harness.Server) {
		harness.Flags("--attachments", s.Place(prefix))(to)
		harness.Env("PARLEY_ATTACHMENTS_ACCESS_KEY_ID="+s3test.AccessKeyID, "PARLEY_ATTACHMENTS_SECRET_ACCESS_KEY="+s3test.SecretAccessKey)(to)
	}
}

// TestSeveralNodes: what one node took another one completes and serves, from a directory that
// they share and from a bucket. A node that has another place does not start.
func TestSeveralNodes(t *testing.T) {
	t.Parallel()
	database, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	s3 := s3test.Start(t)
	shared := t.TempDir()
	for name, place := range map[string]harness.Option{"a directory": harness.Flags("--attachments", shared), "a bucket": bucket(s3, "several")} {
		t.Run(name, func(t *testing.T) {
			store := harness.Env("PARLEY_STORE=" + database.Database(t, "") + "?unsafe=on")
			first := harness.Start(t, store, place)
			key := harness.Env("PARLEY_MASTER_KEY_FILE=" + filepath.Join(first.DataDir(), "master.key"))
			second := harness.Start(t, store, place, key)
			a := files{t, first, first.Join(first.Quiet())}
			b := files{t, second, a.chat}
			picture := png(300_000)
			up := a.start("a.png", "image/png", len(picture))
			status, text := b.putTo(strings.Replace(*up.UploadMetadata.Url, first.URL, second.URL, 1), up.UploadMetadata.HeadersToInclude, bytes.NewReader(picture))
			if status != 200 {
				t.Fatalf("PUT at the other node: %d %s", status, text)
			}
			if err := a.complete(up.AttachmentId, "t"); err != nil {
				t.Fatal(err)
			}
			for _, f := range []files{a, b} {
				if _, got := f.read(*up.AttachmentId); !bytes.Equal(got, picture) {
					t.Errorf("%s serves other bytes", f.s.URL)
				}
			}
			for what, wrong := range map[string]harness.Option{
				"its own directory": harness.Flags("--attachments", "disk"), "another directory": harness.Flags("--attachments", t.TempDir()), "another prefix": bucket(s3, "other"),
			} {
				if text := refuses(t, first, store, key, wrong); !strings.Contains(text, "not where the attachments of this database are kept") {
					t.Errorf("%s: %s", what, text)
				}
			}
			second.Stop()
			quiet := harness.Start(t, store, key) // says nothing of attachments
			c := files{t, quiet, a.chat}
			_, err := c.get(*up.AttachmentId)
			if message := refused(t, err, 403, "AccessDeniedException"); !strings.Contains(message, "not enabled") {
				t.Error(message)
			}
			if !strings.Contains(quiet.Log(), "files cannot be attached") {
				t.Error("the log does not say that files cannot be attached")
			}
		})
	}
}

// refuses starts a server that must not start, and returns what it says.
func refuses(t *testing.T, like *harness.Server, opts ...harness.Option) string {
	t.Helper()
	o := harness.Described(opts...)
	cmd := harness.Tool(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}, o.Flags...)...)
	cmd.Env = append(os.Environ(), o.Env...)
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() }).Stop()
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("beside %s it started, or ended otherwise: %v", like.URL, err)
	}
	return text.String()
}

// TestABucketThatIsAway: nothing is acknowledged, nothing is shown, and the upload can be repeated.
func TestABucketThatIsAway(t *testing.T) {
	t.Parallel()
	s3 := s3test.Start(t)
	s := harness.Start(t, bucket(s3, "away"))
	f := files{t, s, s.Join(s.Quiet())}
	kept := f.attach("a.txt", "text/plain", []byte("hello"))
	f.read(kept)
	up := f.start("b.txt", "text/plain", 5)
	s3.Kill()
	if status, text := f.put(up, []byte("hello")); status != 503 {
		t.Errorf("PUT: %d %s", status, text)
	}
	refused(t, f.complete(up.AttachmentId, "t"), 400, "ValidationException")
	out, err := f.get(kept)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, body := f.fetch(*out.Url); status != 503 {
		t.Errorf("GET: %d %s", status, body)
	}
	left, err := os.ReadDir(filepath.Join(s.DataDir(), "uploading"))
	if err != nil || len(left) != 0 {
		t.Errorf("%v is left on the way, %v", left, err)
	}
}

// TestKilledWhileFilesCome (crash order): bytes first, then the chat. Whenever the server dies,
// what the chat shows can be read as it was put, and in the end nothing else is kept.
func TestKilledWhileFilesCome(t *testing.T) {
	t.Parallel()
	f := open(t, harness.Flags("--setting", "attachments-per-chat=100"))
	acked := map[string]byte{}
	const size = 200_000
	for round := range 4 {
		var mu sync.Mutex
		var all sync.WaitGroup
		begun := make(chan struct{}, 100)
		for i := range 4 {
			all.Go(func() {
				for n := range 3 {
					letter := byte('a' + 4*n + i)
					body := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{letter}, size-8)...)
					begun <- struct{}{}
					id, err := f.tryAttach(body)
					if err != nil {
						return
					}
					mu.Lock()
					acked[id] = letter
					mu.Unlock()
				}
			})
		}
		for range 4 + 2*round {
			<-begun
		}
		f.s.Kill()
		all.Wait()
		f.s.Boot()
		shown := map[string]bool{}
		for _, a := range f.shown() {
			shown[*a.AttachmentId] = true
			if _, body := f.read(*a.AttachmentId); len(body) != size || bytes.Count(body, body[size-1:]) < size-8 {
				t.Errorf("round %d: what is shown as %s is not what was put", round, *a.AttachmentId)
			}
		}
		for id, letter := range acked {
			if _, body := f.read(id); !shown[id] || body[size-1] != letter {
				t.Errorf("round %d: %s was acknowledged; it is shown: %v", round, id, shown[id])
			}
		}
	}
	if len(acked) == 0 {
		t.Error("nothing was acknowledged: the test shows nothing")
	}
	f.s.Advance(time.Hour)
	if got := len(f.kept()); got != len(f.shown()) {
		t.Errorf("%d files are kept, %d are shown", got, len(f.shown()))
	}
}

// tryAttach attaches a picture with a server that may die at any time.
func (f files) tryAttach(body []byte) (string, error) {
	up, err := f.tryStart("a.png", "image/png", int64(len(body)))
	if err != nil {
		return "", err
	}
	req, err := http.NewRequest(http.MethodPut, *up.UploadMetadata.Url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "image/png")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	answer.Body.Close()
	if answer.StatusCode != 200 {
		return "", fmt.Errorf("PUT: %d", answer.StatusCode)
	}
	return *up.AttachmentId, f.complete(up.AttachmentId, uuid.NewString())
}

// TestDamagedBytes: what was changed on the disk is not shown as if it were what came.
func TestDamagedBytes(t *testing.T) {
	t.Parallel()
	f := open(t)
	up := f.start("a.txt", "text/plain", 5)
	f.mustPut(up, []byte("hello"))
	err := filepath.WalkDir(filepath.Join(f.s.DataDir(), "attachments", f.chat.ContactID), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return os.WriteFile(path, []byte("jello"), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, f.complete(up.AttachmentId, "t"), 500, "InternalServerException")
	if len(f.shown()) != 0 {
		t.Errorf("the chat shows %v", f.shown())
	}
}
