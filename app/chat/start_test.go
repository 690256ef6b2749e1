package chat_test

import (
	"context"
	"testing"
	"time"

	"parley/app/chat"
	"parley/domain/persistent"
	"parley/domain/quota"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/faulttest"
)

func withToken(clientToken string) chat.Start {
	r := request()
	r.ClientToken = clientToken
	return r
}

func TestEightParallelStartsWithOneTokenMakeOneChat(t *testing.T) {
	w := newWorld(t)
	nodes := []*chat.Service{w.Service, w.node(false)}
	answers := make([]chat.Started, 8)
	together(len(answers), func(i int) {
		var err error
		answers[i], err = nodes[i%2].Start(context.Background(), withToken("t"))
		faulttest.OK(t, "a start", err)
	})
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("the answers differ: %+v and %+v", a, answers[0])
		}
	}
	if n := w.usage(quota.ActiveChats(here)); n != 1 {
		t.Errorf("%d chats were made", n)
	}
}

func TestWhatAClientTokenIsUniqueIn(t *testing.T) {
	w := newWorld(t)
	start := func(edit func(*chat.Start)) chat.Started {
		r := withToken("abc")
		edit(&r)
		done, err := w.Start(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	first := start(func(*chat.Start) {})
	for name, c := range map[string]struct {
		edit func(*chat.Start)
		same bool
	}{
		"the same":         {func(*chat.Start) {}, true},
		"another body":     {func(r *chat.Start) { r.DisplayName, r.Fingerprint = "Bob", [32]byte{1} }, true},
		"another case":     {func(r *chat.Start) { r.ClientToken = "ABC" }, false},
		"another instance": {func(r *chat.Start) { r.InstanceID = there }, false},
		"no token":         {func(r *chat.Start) { r.ClientToken = "" }, false},
	} {
		if got := start(c.edit); (got == first) != c.same {
			t.Errorf("%s: %+v, the first was %+v", name, got, first)
		}
	}
}

func TestAReplayAnswersWhateverBecameOfTheChat(t *testing.T) {
	ctx := context.Background()
	for name, happens := range map[string]func(*world, chat.Started){
		"the chat goes on":    func(*world, chat.Started) {},
		"the chat has ended":  func(w *world, c chat.Started) { faulttest.OK(w.t, "stop", w.Stop(ctx, here, c.ContactID)) },
		"the quota is full":   func(w *world, _ chat.Started) { w.directory.settings.ActiveChats = 1 },
		"the flow is gone":    func(w *world, _ chat.Started) { w.directory.noFlows = true },
		"almost 7 days later": func(w *world, _ chat.Started) { w.after(7*24*time.Hour - time.Minute) },
		"another node":        func(w *world, _ chat.Started) { w.Service = w.node(false) },
	} {
		w := newWorld(t)
		first, err := w.Start(ctx, withToken("t"))
		faulttest.OK(t, name, err)
		happens(w, first)
		again, err := w.Start(ctx, withToken("t"))
		faulttest.OK(t, name, err)
		if again != first {
			t.Errorf("%s: %+v, the first answer was %+v", name, again, first)
		}
	}
}

func TestAClientTokenIsRememberedFor7Days(t *testing.T) {
	w := newWorld(t)
	first, err := w.Start(context.Background(), withToken("t"))
	faulttest.OK(t, "first", err)
	w.after(7*24*time.Hour + time.Second)
	again, err := w.Start(context.Background(), withToken("t"))
	faulttest.OK(t, "again", err)
	if again.ContactID == first.ContactID {
		t.Error("after 7 days the first answer came again")
	}
}

func TestStrictClientTokens(t *testing.T) {
	w := newWorld(t)
	strict := w.node(true)
	first, err := strict.Start(context.Background(), withToken("t"))
	faulttest.OK(t, "first", err)
	again, err := strict.Start(context.Background(), withToken("t"))
	faulttest.OK(t, "the same again", err)
	if again != first {
		t.Errorf("%+v, want %+v", again, first)
	}
	other := withToken("t")
	other.Fingerprint = [32]byte{1}
	_, err = strict.Start(context.Background(), other)
	faulttest.Want(t, "another body", err, fault.Rule)
}

func TestAFailedStartIsNotRemembered(t *testing.T) {
	w := newWorld(t)
	bad := withToken("t")
	bad.FlowID = "none"
	_, err := w.Start(context.Background(), bad)
	faulttest.Want(t, "an unknown flow", err, fault.NotFound)
	if n := w.usage(quota.ActiveChats(here)); n != 0 {
		t.Errorf("a refused start counts %d", n)
	}
	_, err = w.Start(context.Background(), withToken("t"))
	faulttest.OK(t, "the retry", err)
}

func TestTheQuotaHoldsUnderARace(t *testing.T) {
	w := newWorld(t)
	w.directory.settings.ActiveChats = 3
	errs := make([]error, 20)
	together(len(errs), func(i int) { _, errs[i] = w.Start(context.Background(), request()) })
	started := 0
	for _, err := range errs {
		if err == nil {
			started++
		} else {
			faulttest.Want(t, "a start too many", err, fault.LimitExceeded)
		}
	}
	if ids, err := w.store.Sessions(context.Background(), "", 100); started != 3 || len(ids) != 3 || err != nil {
		t.Errorf("%d starts succeeded, %d chats exist, %v", started, len(ids), err)
	}
	if n := w.usage(quota.ActiveChats(here)); n != 3 {
		t.Errorf("the count is %d", n)
	}
}

func TestEveryEndFreesASlot(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.directory.settings.ActiveChats = 1
	for name, end := range map[string]func(person) error{
		"StopContact":           func(p person) error { return w.Stop(ctx, here, p.contact) },
		"DisconnectParticipant": func(p person) error { return w.Disconnect(ctx, w.connect(p).bearer, "") },
		"End":                   func(p person) error { return w.End(ctx, p.contact) },
	} {
		p := w.begin()
		_, err := w.Start(ctx, request())
		faulttest.Want(t, name+", while it runs", err, fault.LimitExceeded)
		faulttest.OK(t, name, end(p))
		faulttest.Want(t, name+", again", w.Stop(ctx, here, p.contact), fault.Gone)
		if n := w.usage(quota.ActiveChats(here)); n != 0 {
			t.Errorf("%s: the count is %d", name, n)
		}
	}
}

func TestWhatAStartNamesMustExist(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	running, ended := w.begin(), w.begin()
	faulttest.OK(t, "stop", w.Stop(ctx, here, ended.contact))
	rehydrate := func(kind, from string) func(*chat.Start) {
		return func(r *chat.Start) { r.Rehydration = &persistent.Rehydration{Type: kind, SourceContactID: from} }
	}
	for name, c := range map[string]struct {
		edit func(*chat.Start)
		kind fault.Kind
	}{
		"another instance":            {func(r *chat.Start) { r.InstanceID = "none" }, fault.NotFound},
		"another flow":                {func(r *chat.Start) { r.FlowID = "none" }, fault.NotFound},
		"an unknown source":           {rehydrate(persistent.EntirePast, "none"), fault.NotFound},
		"a running source":            {rehydrate(persistent.EntirePast, running.contact), fault.Rule},
		"no source":                   {rehydrate(persistent.EntirePast, ""), fault.Rule},
		"no type":                     {rehydrate("", ended.contact), fault.Rule},
		"a source elsewhere":          {func(r *chat.Start) { rehydrate(persistent.EntirePast, ended.contact)(r); r.InstanceID = there }, fault.NotFound},
		"an unknown related contact":  {func(r *chat.Start) { r.RelatedContactID = "none" }, fault.NotFound},
		"a related contact elsewhere": {func(r *chat.Start) { r.RelatedContactID, r.InstanceID = ended.contact, there }, fault.NotFound},
		"both":                        {func(r *chat.Start) { rehydrate(persistent.EntirePast, "none")(r); r.RelatedContactID = "none" }, fault.Rule},
		"a bad member":                {func(r *chat.Start) { r.ContentTypes = []string{transcript.JSON} }, fault.Invalid},
	} {
		r := request()
		c.edit(&r)
		_, err := w.Start(ctx, r)
		faulttest.Want(t, name, err, c.kind)
	}
	for name, edit := range map[string]func(*chat.Start){
		"an ended source":           rehydrate(persistent.EntirePast, ended.contact),
		"a segment":                 rehydrate(persistent.FromSegment, ended.contact),
		"a running related contact": func(r *chat.Start) { r.RelatedContactID = running.contact },
	} {
		r := request()
		edit(&r)
		done, err := w.Start(ctx, r)
		faulttest.OK(t, name, err)
		if rehydrated := r.Rehydration != nil; (done.ContinuedFrom == ended.contact) != rehydrated {
			t.Errorf("%s continues %q", name, done.ContinuedFrom)
		}
	}
}

func TestAPersistentChatOfAnotherCustomer(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.directory.settings.RequireSameCustomer = true
	r := request()
	r.CustomerID = "ann"
	past, err := w.Start(ctx, r)
	faulttest.OK(t, "start", err)
	faulttest.OK(t, "stop", w.Stop(ctx, here, past.ContactID))
	r.Rehydration = &persistent.Rehydration{Type: persistent.EntirePast, SourceContactID: past.ContactID}
	_, err = w.Start(ctx, r)
	faulttest.OK(t, "the same customer", err)
	r.CustomerID = "bob"
	_, err = w.Start(ctx, r)
	faulttest.Want(t, "another customer", err, fault.Rule)
}
