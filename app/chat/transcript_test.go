package chat_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/app/chat"
	"parley/domain/change"
	"parley/domain/persistent"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/internal/token"
)

// append puts messages into a transcript, one for each visibility.
func (w *world) append(session string, visibilities ...transcript.Visibility) {
	w.t.Helper()
	ctx := context.Background()
	for _, v := range visibilities {
		s, err := w.store.Session(ctx, session)
		faulttest.OK(w.t, "session", err)
		_, err = w.store.Commit(ctx, &change.Set{
			ID: uuid.NewString(), At: w.clock.Now(), Session: &change.Session{ID: session, Version: s.Version},
			Items: []transcript.Item{{Type: transcript.Message, ContentType: transcript.Plain, Content: "x", ContactID: session, Visibility: v}},
		})
		faulttest.OK(w.t, "append", err)
		w.after(time.Second)
	}
}

// mixed is a transcript in which not everybody sees everything: of the first
// item, which is the customer's joining, and 9 more the customer does not see three.
func (w *world) mixed(session string) {
	const all, customer, agent = transcript.All, transcript.CustomerOnly, transcript.AgentOnly
	w.append(session, all, agent, all, customer, all, agent, agent, all, all)
}

// visible is the model: the positions that a participant sees, oldest first.
func (w *world) visible(session string, role transcript.Role) []transcript.Item {
	w.t.Helper()
	items, err := w.store.Items(context.Background(), session, pageOfAll)
	faulttest.OK(w.t, "items", err)
	return slices.DeleteFunc(items, func(i transcript.Item) bool { return !i.VisibleTo(role) })
}

// readAll follows NextToken to the end and returns the ids in the order of the scan.
func (w *world) readAll(what, bearer string, r chat.Transcript, forward bool) []string {
	w.t.Helper()
	ids := []string{}
	for range 200 {
		page, err := w.Transcript(context.Background(), bearer, r)
		if err != nil {
			w.t.Fatalf("%s: %v", what, err)
		}
		size := r.MaxResults
		if size == 0 {
			size = chat.DefaultResults
		}
		if n := len(page.Items); n > size || n == 0 && page.NextToken != "" {
			w.t.Errorf("%s: a page has %d items", what, n)
		}
		if !slices.IsSortedFunc(page.Items, func(a, b chat.Entry) int {
			if c := a.Time.Compare(b.Time); r.Ascending {
				return c
			} else {
				return -c
			}
		}) {
			w.t.Errorf("%s: a page is out of order", what)
		}
		if forward != r.Ascending {
			slices.Reverse(page.Items)
		}
		for _, e := range page.Items {
			ids = append(ids, e.ID)
		}
		if page.NextToken == "" {
			return ids
		}
		r.NextToken = page.NextToken
	}
	w.t.Fatalf("%s: the pages have no end", what)
	return nil
}

func TestEveryWayOfPaging(t *testing.T) {
	w := newWorld(t)
	p := w.customer()
	w.mixed(p.contact)
	items := w.visible(p.contact, transcript.Customer)
	if len(items) != 7 {
		t.Fatalf("the customer sees %d items", len(items))
	}
	third, between := items[2], items[2].Time.Add(time.Millisecond)
	starts := map[string]struct {
		at chat.StartPosition
		// what a backward and a forward scan have, in order
		back, on []transcript.Item
	}{
		"from the end":             {chat.StartPosition{}, items, nil},
		"from an id":               {chat.StartPosition{ID: third.ID}, items[:3], items[2:]},
		"from a time":              {chat.StartPosition{At: &third.Time}, items[:3], items[2:]},
		"from between two":         {chat.StartPosition{At: &between}, items[:3], items[3:]},
		"from before all":          {chat.StartPosition{At: &time.Time{}}, nil, items},
		"from the last":            {chat.StartPosition{MostRecent: 1}, items, items[6:]},
		"from the fifth from end":  {chat.StartPosition{MostRecent: 5}, items[:5], items[4:]},
		"from more than there are": {chat.StartPosition{MostRecent: 100}, items[:1], items},
	}
	forward, backward := true, false
	for name, start := range starts {
		for _, scan := range []*bool{nil, &backward, &forward} {
			goesOn := scan == nil && start.at != chat.StartPosition{} || scan == &forward
			if scan == &forward && start.on == nil {
				continue // refused, see below
			}
			want := []string{}
			for _, item := range start.back {
				want = append(want, item.ID)
			}
			slices.Reverse(want)
			if goesOn {
				want = want[:0]
				for _, item := range start.on {
					want = append(want, item.ID)
				}
			}
			for _, ascending := range []bool{true, false} {
				for size := range 10 {
					what := fmt.Sprintf("%s, forward %v, ascending %v, %d a page", name, goesOn, ascending, size)
					got := w.readAll(what, p.bearer, chat.Transcript{Forward: scan, Ascending: ascending, Start: start.at, MaxResults: size}, goesOn)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%s (-want +got):\n%s", what, diff)
					}
				}
			}
		}
	}
}

func TestAPageHasTenItemsByDefault(t *testing.T) {
	w := newWorld(t)
	p := w.customer()
	w.say(p, 15)
	page, err := w.Transcript(context.Background(), p.bearer, chat.Transcript{})
	faulttest.OK(t, "transcript", err)
	if len(page.Items) != 10 || page.Items[0].Content != "15" || page.InitialContactID != p.contact {
		t.Errorf("%d items, the first is %q, of %s", len(page.Items), page.Items[0].Content, page.InitialContactID)
	}
}

func TestOnlyOwnItemsAreSeen(t *testing.T) {
	w := newWorld(t)
	p := w.customer()
	bot := w.bot(p.contact)
	w.mixed(p.contact)
	for name, c := range map[string]struct {
		bearer string
		role   transcript.Role
	}{"customer": {p.bearer, transcript.Customer}, "bot": {bot.bearer, transcript.CustomBot}} {
		var want []string
		for _, item := range w.visible(p.contact, c.role) {
			want = append(want, item.ID)
		}
		slices.Reverse(want)
		if diff := cmp.Diff(want, w.readAll(name, c.bearer, chat.Transcript{MaxResults: 2}, false)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheContactFilter(t *testing.T) {
	w := newWorld(t)
	p, other := w.customer(), w.customer()
	w.say(p, 3)
	w.say(other, 3)
	for id, want := range map[string]int{"": 4, p.contact: 4, other.contact: 0, uuid.NewString(): 0} {
		if got := w.readAll(id, p.bearer, chat.Transcript{ContactID: id, MaxResults: 2}, false); len(got) != want {
			t.Errorf("of the contact %q there are %d items, want %d", id, len(got), want)
		}
	}
}

func TestRefusedPositions(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p, other := w.customer(), w.customer()
	bot := w.bot(p.contact)
	w.say(p, 3)
	foreign := w.say(other, 3)[0]
	page, err := w.Transcript(ctx, p.bearer, chat.Transcript{MaxResults: 1})
	faulttest.OK(t, "a page", err)
	otherPage, err := w.Transcript(ctx, other.bearer, chat.Transcript{MaxResults: 1})
	faulttest.OK(t, "a page", err)
	forward := true
	for name, c := range map[string]struct {
		bearer string
		r      chat.Transcript
	}{
		"FORWARD without a start":      {p.bearer, chat.Transcript{Forward: &forward}},
		"an id of another chat":        {p.bearer, chat.Transcript{Start: chat.StartPosition{ID: foreign.ID}}},
		"no id":                        {p.bearer, chat.Transcript{Start: chat.StartPosition{ID: "x"}}},
		"an id beyond the end":         {p.bearer, chat.Transcript{Start: chat.StartPosition{ID: transcript.ID(p.contact, 99, time.Now())}}},
		"no NextToken":                 {p.bearer, chat.Transcript{NextToken: "x"}},
		"a NextToken of another chat":  {p.bearer, chat.Transcript{NextToken: otherPage.NextToken}},
		"a NextToken of somebody else": {bot.bearer, chat.Transcript{NextToken: page.NextToken}},
		"a bearer as NextToken":        {p.bearer, chat.Transcript{NextToken: p.bearer}},
		"a NextToken of another session": {p.bearer, chat.Transcript{NextToken: w.tokens.Sign(token.Claims{
			Kind: token.Page, Session: uuid.MustParse(other.contact), Participant: uuid.MustParse(p.id), Extra: make([]byte, 13),
		})}},
		"a NextToken of another form": {p.bearer, chat.Transcript{NextToken: w.tokens.Sign(token.Claims{
			Kind: token.Page, Session: uuid.MustParse(p.contact), Participant: uuid.MustParse(p.id), Extra: []byte{1},
		})}},
	} {
		_, err := w.Transcript(ctx, c.bearer, c.r)
		faulttest.Want(t, name, err, fault.Invalid)
	}
	w.after(23 * time.Hour)
	_, err = w.Transcript(ctx, p.bearer, chat.Transcript{MaxResults: 1, NextToken: page.NextToken})
	faulttest.OK(t, "a NextToken after hours", err)
}

func TestAPersistentChatPagesIntoItsPast(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	var want []string // newest first
	var last person
	for i := range 3 {
		r := request()
		if i > 0 {
			r.Rehydration = &persistent.Rehydration{Type: persistent.EntirePast, SourceContactID: last.contact}
		}
		done, err := w.Start(ctx, r)
		faulttest.OK(t, "start", err)
		last = w.connect(person{contact: done.ContactID, id: done.ParticipantID, token: done.ParticipantToken})
		w.mixed(last.contact)
		if i < 2 {
			faulttest.OK(t, "stop", w.Stop(ctx, here, last.contact))
		}
		ids := []string{}
		for _, item := range w.visible(last.contact, transcript.Customer) {
			ids = append(ids, item.ID)
		}
		slices.Reverse(ids)
		want = append(ids, want...)
	}
	for size := range 12 {
		for _, ascending := range []bool{true, false} {
			what := fmt.Sprintf("%d a page, ascending %v", size, ascending)
			got := w.readAll(what, last.bearer, chat.Transcript{MaxResults: size, Ascending: ascending}, false)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", what, diff)
			}
		}
	}
	page, err := w.Transcript(ctx, last.bearer, chat.Transcript{MaxResults: 100})
	faulttest.OK(t, "first page", err)
	page, err = w.Transcript(ctx, last.bearer, chat.Transcript{MaxResults: 100, NextToken: page.NextToken})
	faulttest.OK(t, "second page", err)
	for _, e := range page.Items {
		if !e.Past || e.ContactID == last.contact {
			t.Errorf("an item of the past is %+v", e)
		}
	}
	if got := w.readAll("only this contact", last.bearer, chat.Transcript{ContactID: last.contact, MaxResults: 1}, false); len(got) != len(w.visible(last.contact, transcript.Customer)) {
		t.Errorf("the filter by contact shows %d items", len(got))
	}
}

// A segment that is not continued is not shown.
func TestOnlyTheContinuedContactsOfThePastAreShown(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	w.say(p, 2)
	survey := transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: "survey", ContactID: "another segment"}
	_, err := w.store.Commit(ctx, &change.Set{
		ID: uuid.NewString(), At: w.clock.Now(), Session: &change.Session{ID: p.contact, Version: 2}, Items: []transcript.Item{survey},
	})
	faulttest.OK(t, "append", err)
	faulttest.OK(t, "stop", w.Stop(ctx, here, p.contact))
	r := request()
	r.Rehydration = &persistent.Rehydration{Type: persistent.FromSegment, SourceContactID: p.contact}
	done, err := w.Start(ctx, r)
	faulttest.OK(t, "start", err)
	next := w.connect(person{contact: done.ContactID, id: done.ParticipantID, token: done.ParticipantToken})
	page, err := w.Transcript(ctx, next.bearer, chat.Transcript{MaxResults: 1, NextToken: ""})
	for err == nil {
		for _, e := range page.Items {
			if e.Content == "survey" {
				t.Error("an item of a segment that is not continued is shown")
			}
		}
		if page.NextToken == "" {
			break
		}
		page, err = w.Transcript(ctx, next.bearer, chat.Transcript{MaxResults: 1, NextToken: page.NextToken})
	}
	faulttest.OK(t, "paging", err)
}
