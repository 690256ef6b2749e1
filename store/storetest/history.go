package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// CompareHistories applies one random history of so many Sets to both stores
// and reports where they answer or read back differently. Generations may
// differ: each store has its own.
func CompareHistories(t testing.TB, seed uint64, steps int, want, got store.Store) {
	t.Helper()
	h := &history{r: rand.New(rand.NewPCG(seed, 1)), at: start()}
	for i := range steps {
		h.step(t, i, want, got)
		if t.Failed() {
			t.Fatalf("seed %d, step %d", seed, i)
		}
	}
	same(t, "at the end", dump(t, got, h.sessions()), dump(t, want, h.sessions()))
}

// odd are texts that a database may take for something else; U+0000 is refused
// before any store.
func odd() []string {
	return []string{
		"", " ", "a", "A", "á", "a\u0301", "ß", "SS", "İ", "ı", "\u00ad", "\u200b", "\ufeff", "\u202eabc", "\uffff", "\ufffd",
		"\U0001f600", "\U0010ffff", "\u0001\u007f\u0085", "\u2028\u2029", "'", "''; --", `\`, `\x41`, `\N`, "{}", "$1", "%", "_", "\r\n\t",
	}
}

// history makes random Sets over few names, so that they meet each other.
type history struct {
	r  *rand.Rand
	at time.Time
}

const historySessions = 4

func (h *history) sessions() (ids []string) {
	for i := range historySessions {
		ids = append(ids, sessionID(i))
	}
	return ids
}

func (h *history) step(t testing.TB, i int, want, got store.Store) {
	h.at = h.at.Add(time.Duration(h.r.IntN(2000)-200) * time.Millisecond)
	switch h.r.IntN(30) {
	case 0:
		id := sessionID(h.r.IntN(historySessions))
		same(t, "Forget", outcome(store.Result{}, got.Forget(t.Context(), []string{id})), outcome(store.Result{}, want.Forget(t.Context(), []string{id})))
	case 1:
		// How many went is not compared: SQLite counts the old row of a token that was used anew, while the new one lies in the journal.
		must[int](t)(got.Purge(t.Context(), h.at))
		must[int](t)(want.Purge(t.Context(), h.at))
	default:
		set, due := h.set(t, i, want)
		wantRes, wantErr := want.Commit(t.Context(), resolve(t, set, due, want))
		gotRes, gotErr := got.Commit(t.Context(), resolve(t, set, due, got))
		same(t, fmt.Sprintf("result of %+v", set), outcome(gotRes, gotErr), outcome(wantRes, wantErr))
	}
}

// outcome is a result and a kind of refusal, to be compared.
func outcome(res store.Result, err error) any {
	return struct {
		Result store.Result
		Failed bool
		Kind   fault.Kind
	}{res, err != nil, fault.KindOf(err)}
}

// set returns a random Set, and the keys of deadlines that it handles.
func (h *history) set(t testing.TB, i int, s store.Store) (*change.Set, []change.DueKey) {
	set := &change.Set{ID: fmt.Sprint(i), At: h.at}
	if h.one(2) {
		scope := sessionID(h.r.IntN(historySessions))
		set.Once = &change.Once{Scope: scope, Key: change.OnceKey("op", "", fmt.Sprint(h.r.IntN(12))), Answer: []byte(fmt.Sprint(i))}
		if h.one(2) {
			set.Once.Expires = h.at.Add(time.Duration(h.r.IntN(30)) * time.Second)
		}
	}
	if !h.one(5) {
		h.addSession(t, set, s)
	}
	for range h.few() {
		set.Usage = append(set.Usage, change.Usage{Key: fmt.Sprint(h.r.IntN(2)), Delta: int64(h.r.IntN(4) - 1), Max: int64(h.r.IntN(20))})
	}
	for range h.few() {
		set.Due = append(set.Due, change.Due{DueKey: h.dueKey(), At: h.at.Add(time.Duration(h.r.IntN(60)) * time.Second)})
	}
	for range h.few() {
		set.Drop = append(set.Drop, h.dueKey())
	}
	for range h.few() {
		set.Resources = append(set.Resources, h.resource(t, s))
	}
	var done []change.DueKey
	if h.one(4) {
		done = append(done, h.dueKey())
	}
	return set, done
}

// text is a random text of odd pieces, made its own by a number.
func (h *history) text() string {
	pieces := odd()
	return pieces[h.r.IntN(len(pieces))] + fmt.Sprint(h.r.IntN(1000)) + pieces[h.r.IntN(len(pieces))]
}

func (h *history) one(in int) bool { return h.r.IntN(in) == 0 }

// few is mostly none.
func (h *history) few() int { return max(0, h.r.IntN(6)-3) }

func (h *history) addSession(t testing.TB, set *change.Set, s store.Store) {
	id := sessionID(h.r.IntN(historySessions))
	version := must[map[string]store.Head](t)(s.Heads(t.Context(), []string{id}))[id].Version
	set.Session = &change.Session{ID: id, Version: version, Create: version == 0}
	if h.one(8) {
		set.Session.Version += int64(h.r.IntN(3)) - 1
	}
	if set.Session.Create || h.one(4) {
		set.Session.Next, set.Session.Parts = h.state(id), change.Parts(h.r.IntN(8))
	}
	if h.transcript(t, set, s) {
		return
	}
	for range h.r.IntN(4) {
		set.Items = append(set.Items, message(h.text()))
	}
	for range h.few() {
		set.Marks = append(set.Marks, receipt(odd()[h.r.IntN(3)], int64(h.r.IntN(50)), int64(h.r.IntN(50)), h.at))
	}
	for range h.few() {
		set.Contacts = append(set.Contacts, h.contact(t, s, id))
	}
}

// transcript changes what stands now and then, and reports whether nothing else can go along.
func (h *history) transcript(t testing.TB, set *change.Set, s store.Store) (emptied bool) {
	next := set.Session.Next
	switch {
	case next == nil || set.Session.Create:
		return false
	case next.Status == session.Ended && h.one(3):
		set.Session.Empty, set.Once = true, nil
		return true
	}
	if head := must[map[string]store.Head](t)(s.Heads(t.Context(), []string{set.Session.ID}))[set.Session.ID].Head; head > 0 && h.one(2) {
		item := message(h.text())
		item.Position = 1 + h.r.Int64N(head)
		set.Session.Rewrite = append(set.Session.Rewrite, item)
	}
	for range h.few() {
		set.Said = append(set.Said, randomSaid(h.r, set.Session.ID, fmt.Sprint(set.Session.ID, h.r.IntN(9))))
	}
	return false
}

func (h *history) state(id string) *session.Session {
	s := sessionValue(id)
	s.Status = session.Status(1 + h.r.IntN(3))
	s.State.ResponseMode = fmt.Sprint(h.r.IntN(9))
	if h.one(2) {
		s.Attributes = map[string]string{"k": fmt.Sprint(h.r.IntN(9)), h.text(): h.text()}
	}
	if h.one(2) {
		s.Flow = &session.Flow{FlowID: fmt.Sprint(h.r.IntN(9))}
	}
	return s
}

func (h *history) dueKey() change.DueKey {
	return change.DueKey{Owner: sessionID(h.r.IntN(2)), Kind: "k", Subject: odd()[2+h.r.IntN(4)]}
}

func (h *history) resource(t testing.TB, s store.Store) change.Resource {
	r := resource(fmt.Sprint(h.r.IntN(4)), odd()[h.r.IntN(len(odd()))], 0)
	if stands, err := s.Resource(t.Context(), instance, r.Kind, r.ID); err == nil && !h.one(6) {
		r.Version = stands.Version
	}
	r.Delete = h.one(4)
	return r
}

// resolve adds to a Set the deadlines that it handles, with the generations
// that the store gave them.
func resolve(t testing.TB, set *change.Set, handled []change.DueKey, s store.Store) *change.Set {
	out := *set
	for _, k := range handled {
		ref := change.DueRef{DueKey: k}
		for _, d := range dues(t, s) {
			if d.DueKey == k {
				ref.Generation = d.Generation
			}
		}
		out.Done = append(out.Done, ref)
	}
	return &out
}

// contents is everything that can be read of a store, to be compared.
type contents struct {
	Sessions  []string
	ByID      map[string]*session.Session
	Items     map[string][]transcript.Item
	Marks     map[string][]transcript.Mark
	Contacts  map[string]string
	Records   []record.Record
	Said      []store.Found
	Answers   map[string]*store.Replay
	Usage     map[string]int64
	Due       []store.Due
	Resources []change.Resource
}

// dump reads everything about sessions and names that the tests use.
func dump(t testing.TB, s store.Store, sessions []string) contents {
	ctx := t.Context()
	c := contents{
		Sessions: must[[]string](t)(s.Sessions(ctx, "", 1000)),
		ByID:     map[string]*session.Session{}, Items: map[string][]transcript.Item{}, Marks: map[string][]transcript.Mark{},
		Contacts: map[string]string{}, Answers: map[string]*store.Replay{}, Usage: map[string]int64{},
		Records:   everyContact(t, s),
		Said:      must[[]store.Found](t)(s.Said(ctx, store.SaidQuery{Instance: instance, Terms: []said.Term{{Words: []string{"w"}, Prefix: true}}, Limit: 1000})),
		Due:       dues(t, s),
		Resources: must[[]change.Resource](t)(s.Resources(ctx, instance, "queue", "", 1000)),
	}
	for i := range c.Due {
		c.Due[i].Generation = 0
	}
	for i := range 40 {
		c.Contacts[fmt.Sprint(i)], _ = s.SessionOf(ctx, instance, fmt.Sprint(i))
	}
	for _, key := range []string{"0", "1", "k", "chats"} {
		c.Usage[key] = must[int64](t)(s.Usage(ctx, key))
	}
	for _, id := range sessions {
		dumpSession(ctx, t, s, id, &c)
	}
	return c
}

func dumpSession(ctx context.Context, t testing.TB, s store.Store, id string, c *contents) {
	c.ByID[id], _ = s.Session(ctx, id)
	c.Items[id] = must[[]transcript.Item](t)(s.Items(ctx, id, store.Page{Limit: 1 << 20}))
	c.Marks[id] = must[[]transcript.Mark](t)(s.Marks(ctx, id))
	for i := range 12 {
		token := fmt.Sprint(i)
		c.Answers[id+token] = must[*store.Replay](t)(s.Answer(ctx, id, change.OnceKey("op", "", token), start()))
	}
}
