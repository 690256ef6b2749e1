package durability_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
	"parley/store/sqlite"
)

// flips is how many damaged databases the tests open.
const flips = 1000

// TestFlippedBits (P18): with one bit of its file flipped a database tells what it told before, or refuses to, or the damage is found.
func TestFlippedBits(t *testing.T) {
	whole, want := healthy(t)
	inspected(t, whole)
	file := filepath.Join(t.TempDir(), "parley.db")
	undetected := 0
	for seed := range uint64(flips) {
		rnd := rand.New(rand.NewPCG(seed, 18))
		at, bit := rnd.IntN(len(whole)), rnd.IntN(8)
		damaged := append([]byte(nil), whole...)
		damaged[at] ^= 1 << bit
		got, err := opened(file, damaged)
		if err != nil || reflect.DeepEqual(got, want) {
			continue
		}
		if damage, err := sqlite.Inspect(t.Context(), file); err == nil && len(damage) == 0 {
			undetected++
			t.Logf("byte %d, bit %d: %s", at, bit, difference(got, want))
		}
	}
	if undetected > 0 {
		t.Errorf("%d of %d flipped bits gave something else, without an error", undetected, flips)
	}
}

// TestCutDatabases (P18): a database whose file lost its end is refused, or the damage is found.
func TestCutDatabases(t *testing.T) {
	whole, want := healthy(t)
	file := filepath.Join(t.TempDir(), "parley.db")
	for n := 512; n < len(whole); n += len(whole)/64 + 1 {
		got, err := opened(file, whole[:n])
		if err != nil {
			continue
		}
		if damage, err := sqlite.Inspect(t.Context(), file); err == nil && len(damage) == 0 {
			t.Errorf("%d of %d bytes: %s", n, len(whole), difference(got, want))
		}
	}
}

// inspected: nothing is found in what is whole.
func inspected(t *testing.T, whole []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "parley.db")
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if damage, err := sqlite.Inspect(t.Context(), file); err != nil || len(damage) > 0 {
		t.Fatalf("a whole database: %v, %q", err, damage)
	}
}

func difference(got, want *contents) string {
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		if !reflect.DeepEqual(g.Field(i).Interface(), w.Field(i).Interface()) {
			gs, ws := fmt.Sprintf("%+v", g.Field(i).Interface()), fmt.Sprintf("%+v", w.Field(i).Interface())
			j := 0
			for j < len(gs) && j < len(ws) && gs[j] == ws[j] {
				j++
			}
			return fmt.Sprintf("%s: …%.80s, want …%.80s", g.Type().Field(i).Name, gs[max(0, j-20):], ws[max(0, j-20):])
		}
	}
	return "nothing"
}

// contents is what a database tells.
type contents struct {
	Sessions  []session.Session
	Items     [][]transcript.Item
	Marks     [][]transcript.Mark
	Contacts  []string
	Dues      []store.Due
	Resources []change.Resource
	Sent      int64
}

// healthy makes a database with something of everything and returns its file.
func healthy(t *testing.T) ([]byte, *contents) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "parley.db")
	s, err := sqlite.Open(file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range sessions {
		fill(t, s, i)
	}
	want, err := everything(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return whole, want
}

func fill(t *testing.T, s *sqlite.Store, i int) {
	t.Helper()
	id := sessionID(i)
	begin := &change.Set{
		ID: id, At: time.Now(), Contacts: []change.Contact{{ID: id, SessionID: id, InstanceID: "i"}},
		Session: &change.Session{ID: id, Create: true, Parts: change.AllParts, Next: &session.Session{
			ID: id, InstanceID: "i", Status: session.Active, Attributes: map[string]string{"order": id},
			State: session.State{Contacts: []session.Contact{{ID: id, QueueID: "q"}}, Participants: []session.Participant{{ID: id, Role: transcript.Customer}}},
		}},
		Marks:     []transcript.Mark{{Participant: id, Delivered: 1, DeliveredAt: time.Now()}},
		Resources: []change.Resource{{Instance: "i", Kind: "queue", ID: id, Name: id, Document: []byte(`{"Name":"` + id + `"}`)}},
	}
	if _, err := s.Commit(t.Context(), begin); err != nil {
		t.Fatal(err)
	}
	for n := range 20 {
		if _, err := s.Commit(t.Context(), numbered(i, fmt.Sprint("message ", i, " ", n))); err != nil {
			t.Fatal(err)
		}
	}
}

// opened is what a damaged file tells.
func opened(file string, damaged []byte) (*contents, error) {
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.RemoveAll(file + end); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(file, damaged, 0o600); err != nil {
		return nil, err
	}
	s, err := sqlite.Open(file, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return everything(s)
}

func everything(s store.Store) (c *contents, err error) {
	ctx := context.Background()
	c = &contents{}
	for i := range sessions {
		id := sessionID(i)
		snap, err := s.Session(ctx, id)
		if err != nil {
			return nil, err
		}
		items, err := s.Items(ctx, id, store.Page{Limit: 1000})
		if err != nil {
			return nil, err
		}
		marks, err := s.Marks(ctx, id)
		if err != nil {
			return nil, err
		}
		of, err := s.SessionOf(ctx, "i", id)
		if err != nil {
			return nil, err
		}
		c.Sessions, c.Items, c.Marks, c.Contacts = append(c.Sessions, *snap), append(c.Items, items), append(c.Marks, marks), append(c.Contacts, of)
	}
	if c.Dues, err = s.Due(ctx, time.Now().Add(time.Hour), 1000); err != nil {
		return nil, err
	}
	for i := range c.Dues {
		c.Dues[i].Generation = 0 // one is as good as another
	}
	if c.Resources, err = s.Resources(ctx, "i", "queue", "", 1000); err != nil {
		return nil, err
	}
	c.Sent, err = s.Usage(ctx, "sent")
	return c, err
}
