package durability_test

import (
	"fmt"
	"net/http"
	"syscall"
	"testing"
	"time"

	"parley/e2e/crashfs"
	"parley/e2e/harness"
)

// TestAFullDisk (P12): writes fail at once, reads go on, nothing acknowledged is lost, and with room again the same process goes on.
func TestAFullDisk(t *testing.T) {
	d := newDisk(t)
	d.boot()
	s := d.s
	chat := s.Join(s.Quiet())
	acked := map[string]bool{}
	for i := range 20 {
		acked[chat.Send(fmt.Sprint("before ", i))] = true
	}
	d.refuse(syscall.ENOSPC)
	for i := range 20 {
		began := time.Now()
		if out, err := chat.TrySend("text/plain", fmt.Sprint("no room ", i)); err == nil {
			acked[*out.Id] = true // the file system had taken the page already
		} else if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the refusal took %v", took)
		}
	}
	if _, err := s.TryStart(); err == nil {
		t.Error("a chat began on a full disk")
	}
	wantAcked(t, chat, acked)
	harness.Await(t, "word of it from /readyz", 10*time.Second, func() error {
		if got := s.Send(get(t, s, "/readyz")).Status; got != http.StatusServiceUnavailable {
			return fmt.Errorf("it answers %d", got)
		}
		return nil
	})
	d.refuse(0)
	harness.Await(t, "message taken again", 20*time.Second, func() error {
		out, err := chat.TrySend("text/plain", "room again")
		if err == nil {
			acked[*out.Id] = true
		}
		return err
	})
	wantAcked(t, chat, acked)
	s.Crash()
	wantAcked(t, chat, acked)
}

// TestAFailingDisk (P12): when a sync or a write fails, or nothing can be written any more, nothing more is acknowledged, and the process ends by
// itself; started again once the disk works it has everything that was acknowledged.
func TestAFailingDisk(t *testing.T) {
	syncs := func(fails bool) func(*disk) {
		return func(d *disk) {
			if err := d.FailSyncs(fails); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	writes := func(why syscall.Errno) func(*disk) { return func(d *disk) { d.refuse(why) } }
	for name, of := range map[string]struct{ fail, mend func(*disk) }{
		"syncs fail":      {syncs(true), syncs(false)},
		"writes fail":     {writes(syscall.EIO), writes(0)},
		"it is read-only": {writes(syscall.EROFS), writes(0)},
	} {
		t.Run(name, func(t *testing.T) { failing(t, of.fail, of.mend) })
	}
}

func failing(t *testing.T, fail, mend func(*disk)) {
	t.Helper()
	d := newDisk(t)
	d.boot()
	s := d.s
	chat := s.Join(s.Quiet())
	acked := map[string]bool{}
	for i := range 20 {
		acked[chat.Send(fmt.Sprint("before ", i))] = true
	}
	fail(d)
	for i := range 5 {
		if _, err := chat.TrySend("text/plain", fmt.Sprint("unsafe ", i)); err == nil {
			t.Error("a message was acknowledged that is not on the disk")
		}
	}
	if err := s.AwaitDeath(); err == nil {
		t.Error("the server ended as if all were well")
	}
	mend(d)
	s.Boot()
	wantAcked(t, chat, acked)
	chat.Send("well again")
}

func (d *disk) refuse(why syscall.Errno) {
	d.t.Helper()
	if err := d.Refuse(crashfs.RefuseArgs{Dir: d.place, Why: why}); err != nil {
		d.t.Fatal(err)
	}
}

func get(t *testing.T, s *harness.Server, path string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantAcked: each acknowledged message is in the transcript once.
func wantAcked(t *testing.T, chat *harness.Chat, acked map[string]bool) {
	t.Helper()
	times := map[string]int{}
	for _, item := range chat.Transcript() {
		times[*item.Id]++
	}
	for id := range acked {
		if times[id] != 1 {
			t.Errorf("the acknowledged message %s is there %d times", id, times[id])
		}
	}
}
