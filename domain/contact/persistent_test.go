package contact_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/contact"
	"parley/domain/persistent"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// past is an ended session with those contacts.
func past(contacts ...string) *session.Session {
	s := &session.Session{ID: contacts[0], InstanceID: instance, Status: session.Ended}
	for _, id := range contacts {
		s.State.Contacts = append(s.State.Contacts, session.Contact{ID: id, AssociationID: "root", CustomerID: "ann"})
	}
	return s
}

// continuing starts a chat that continues a contact of another session.
func continuing(kind, from string, source *session.Session) contact.Start {
	r := start()
	r.Rehydration, r.Source = &persistent.Rehydration{Type: kind, SourceContactID: from}, source
	return r
}

func TestWhatAPersistentChatContinues(t *testing.T) {
	for name, c := range map[string]struct {
		kind, from, continued string
		contacts              []string
	}{
		"from the last segment":   {persistent.FromSegment, "c3", "c3", []string{"c1", "c2", "c3"}},
		"from a segment":          {persistent.FromSegment, "c2", "c2", []string{"c1", "c2"}},
		"from the first segment":  {persistent.FromSegment, "c1", "c1", []string{"c1"}},
		"the entire past session": {persistent.EntirePast, "c1", "c3", []string{"c1", "c2", "c3"}},
	} {
		source := past("c1", "c2", "c3")
		source.Attributes = map[string]string{"k": "past"}
		room := begun(t, continuing(c.kind, c.from, source))
		k := room.s.Current()
		if k.RelatedID != c.continued || k.AssociationID != "root" {
			t.Errorf("%s: continues %q with the root %q", name, k.RelatedID, k.AssociationID)
		}
		if diff := cmp.Diff([]session.Past{{Session: "c1", Contacts: c.contacts}}, room.s.State.Past); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if room.s.Attributes["k"] != "past" {
			t.Errorf("%s: attributes %v", name, room.s.Attributes)
		}
	}
}

func TestAPersistentChatCarriesTheWholeChain(t *testing.T) {
	third := past("e1")
	third.State.Past = []session.Past{{Session: "d1", Contacts: []string{"d1", "d2"}}, {Session: "c1", Contacts: []string{"c1"}}}
	room := begun(t, continuing(persistent.EntirePast, "e1", third))
	want := []session.Past{
		{Session: "e1", Contacts: []string{"e1"}},
		{Session: "d1", Contacts: []string{"d1", "d2"}}, {Session: "c1", Contacts: []string{"c1"}},
	}
	if diff := cmp.Diff(want, room.s.State.Past); diff != "" {
		t.Errorf("the past (-want +got):\n%s", diff)
	}
}

func TestAPersistentChatReachesBack100Contacts(t *testing.T) {
	for _, before := range []int{98, 99, 100, 150} {
		source := past("s1", "s2")
		for i := 0; i < before; i += 2 {
			id := fmt.Sprint(i)
			source.State.Past = append(source.State.Past, session.Past{Session: id, Contacts: []string{id + "a", id + "b"}})
		}
		got := begun(t, continuing(persistent.EntirePast, "s1", source)).s.State.Past
		if n := contactsIn(got); n != min(before+before%2+2, 100) {
			t.Errorf("%d contacts before: reaches back %d", before, n)
		}
		if got[0].Session != "s1" || got[1].Session != "0" {
			t.Errorf("%d contacts before: the newest are not first: %v", before, got[:2])
		}
	}
}

func contactsIn(past []session.Past) int {
	n := 0
	for _, p := range past {
		n += len(p.Contacts)
	}
	return n
}

func TestTheBoundKeepsTheNewestOfASession(t *testing.T) {
	var contacts []string
	for i := range 101 {
		contacts = append(contacts, fmt.Sprintf("c%03d", i))
	}
	got := begun(t, continuing(persistent.EntirePast, "c000", past(contacts...))).s.State.Past
	if diff := cmp.Diff([]session.Past{{Session: "c000", Contacts: contacts[1:]}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefusedSources(t *testing.T) {
	running := past("c1")
	running.Status = session.Active
	nobodys := past("c1")
	nobodys.State.Contacts[0].CustomerID = ""
	guide := past("c1")
	guide.State.Guide = &session.Guide{UserID: "ben", ContactID: "c0"}
	for name, c := range map[string]struct {
		r        contact.Start
		customer string
		same     bool
		ok       bool
	}{
		"not ended":                   {continuing(persistent.FromSegment, "c1", running), "", false, false},
		"not the initial contact":     {continuing(persistent.EntirePast, "c2", past("c1", "c2")), "", false, false},
		"another customer, not asked": {continuing(persistent.EntirePast, "c1", past("c1")), "bob", false, true},
		"another customer":            {continuing(persistent.EntirePast, "c1", past("c1")), "bob", true, false},
		"no customer":                 {continuing(persistent.EntirePast, "c1", past("c1")), "", true, false},
		"no customer on either side":  {continuing(persistent.EntirePast, "c1", nobodys), "", true, false},
		"what guided an agent":        {continuing(persistent.EntirePast, "c1", guide), "ann", true, false},
		"the same customer":           {continuing(persistent.EntirePast, "c1", past("c1")), "ann", true, true},
	} {
		c.r.CustomerID, c.r.Rehydration.SameCustomer = c.customer, c.same
		_, err := c.r.Begin(contact.IDs{Contact: chatID}, contact.Settings{}, t0)
		wantOutcome(t, name, err, c.ok, fault.Rule)
	}
	for name, r := range map[string]persistent.Rehydration{
		"no type":   {SourceContactID: "c1"},
		"no source": {Type: persistent.FromSegment},
	} {
		wantKind(t, name, r.Check(), fault.Rule)
	}
	if err := (&persistent.Rehydration{Type: persistent.FromSegment, SourceContactID: "c1"}).Check(); err != nil {
		t.Errorf("complete: %v", err)
	}
}

func TestARunningChatIsAssociatedOnce(t *testing.T) {
	associate := func(room *room) (from string, err error) {
		err = room.decide(func(d *contact.Draft) (err error) {
			from, err = d.Associate(&persistent.Rehydration{Type: persistent.EntirePast, SourceContactID: "c1"}, past("c1", "c2"))
			return err
		})
		return from, err
	}
	room := connected(t)
	from, err := associate(room)
	if err != nil || from != "c2" {
		t.Fatalf("continues %q, %v", from, err)
	}
	if k := room.s.State.Contacts[0]; k.RelatedID != "c2" || contactsIn(room.s.State.Past) != 2 {
		t.Errorf("related %q, past %v", k.RelatedID, room.s.State.Past)
	}
	_, err = associate(room)
	wantKind(t, "a second time", err, fault.Rule)

	room = connected(t)
	room.must((*contact.Draft).Stop)
	_, err = associate(room)
	wantKind(t, "after the end", err, fault.Rule)
}

func TestTheCustomerIsToldOfThePast(t *testing.T) {
	r := begun(t, continuing(persistent.EntirePast, "c1", past("c1")))
	r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	later := connected(t)
	later.must(func(d *contact.Draft) error {
		_, err := d.Associate(&persistent.Rehydration{Type: persistent.EntirePast, SourceContactID: "c1"}, past("c1"))
		return err
	})
	for name, room := range map[string]*room{"from the start": r, "associated later": later} {
		if diff := cmp.Diff([]string{"participant.joined CUSTOMER", "chat.rehydrated CUSTOMER"}, room.said()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if v := room.items[1].Visibility; v != transcript.CustomerOnly {
			t.Errorf("%s: visible to %d", name, v)
		}
	}
}
