package contact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/processing"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

const function = "arn:aws:lambda:us-east-1:123456789012:function:check"

// processed is a room whose messages go to a processor.
func processed(t *testing.T, deliver bool) *room {
	r := connected(t, transcript.Plain, transcript.JSON, transcript.InteractiveResponse)
	r.bot()
	r.must(func(d *contact.Draft) error { return d.StartProcessing(function, deliver) })
	return r
}

func (r *room) waiting() (texts []string) {
	if p := r.s.State.Processing; p != nil {
		for _, w := range p.Waiting {
			texts = append(texts, w.Content+w.Ending)
		}
	}
	return texts
}

// answer tells what the processor made of the first message that waits.
func (r *room) answer(result processing.Result) {
	r.t.Helper()
	r.must(func(d *contact.Draft) error {
		if w := d.Session().State.Processing.Waiting[0]; !d.Processed(w.ID, result) {
			r.t.Fatalf("the answer is not taken")
		}
		d.NextToProcess()
		return nil
	})
}

func content(s string) processing.Result {
	return processing.Result{Status: processing.Processed, ContentType: transcript.Plain, Content: s}
}

// Messages are said in the order in which they came; what is not processed waits for those before it.
func TestProcessedMessagesKeepTheirOrder(t *testing.T) {
	r := processed(t, true)
	before := len(r.items)
	for _, m := range []contact.Message{text("one"), {ContentType: transcript.InteractiveResponse, Content: `{"action":"A"}`}, text("two"), text("three")} {
		if err := r.send(customer, m); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.items) != before || len(r.waiting()) != 4 {
		t.Fatalf("said %v, waiting %v", r.said(), r.waiting())
	}
	first := r.s.State.Processing.Waiting[0].ID
	r.answer(content("ONE"))
	if diff := cmp.Diff([]string{"ONE", `{"action":"A"}`}, r.said()[before:]); diff != "" {
		t.Errorf("after the first answer (-want +got):\n%s", diff)
	}
	r.answer(processing.Result{Status: processing.Rejected})
	r.answer(processing.Result{Status: processing.Failed})
	want := []transcript.Item{
		{Content: "ONE", Processing: transcript.Processed}, {Content: `{"action":"A"}`, Processing: transcript.Processed},
		{Content: "two", Processing: transcript.Rejected, Visibility: transcript.AuthorOnly}, {Content: "three", Processing: transcript.Failed},
	}
	for i, item := range r.items[before:] {
		if got := (transcript.Item{Content: item.Content, Processing: item.Processing, Visibility: item.Visibility}); got != want[i] {
			t.Errorf("item %d: %+v", i, got)
		}
		if item.Stream == "" || i == 0 && item.Stream != first {
			t.Errorf("item %d has the Id %q, acknowledged as %q", i, item.Stream, first)
		}
	}
	if _, due := r.due[contact.DueProcess]; due || len(r.waiting()) > 0 {
		t.Errorf("left: due %v, waiting %v", due, r.waiting())
	}
}

func TestWhatFailsIsSaidOrKept(t *testing.T) {
	for deliver, want := range map[bool]transcript.Visibility{true: transcript.All, false: transcript.AuthorOnly} {
		r := processed(t, deliver)
		_ = r.send(customer, text("hm"))
		r.answer(processing.Result{Status: processing.Failed})
		if got := r.items[len(r.items)-1]; got.Visibility != want || got.Processing != transcript.Failed || got.Content != "hm" {
			t.Errorf("deliver %v: %+v", deliver, got)
		}
		_ = r.send(customer, text("markdown"))
		r.answer(processing.Result{Status: processing.Processed, ContentType: transcript.Markdown, Content: "*x*"})
		if got := r.items[len(r.items)-1]; got.Processing != transcript.Failed || got.Content != "markdown" {
			t.Errorf("a type that the client does not show: %+v", got)
		}
	}
}

// A call that was lost is made once more; then the message has failed.
func TestALostCall(t *testing.T) {
	r := processed(t, true)
	_ = r.send(customer, text("hm"))
	for attempt := 1; attempt <= 2; attempt++ {
		r.must(func(d *contact.Draft) error {
			if w := d.NextToProcess(); w == nil || w.Attempt != attempt {
				t.Errorf("attempt %d: %+v", attempt, w)
			}
			return nil
		})
		if at := r.due[contact.DueProcess]; !at.Equal(r.now.Add(13 * time.Second)) {
			t.Errorf("attempt %d counts as lost at %v", attempt, at)
		}
	}
	r.must(func(d *contact.Draft) error {
		if w := d.NextToProcess(); w != nil {
			t.Errorf("a third attempt: %+v", w)
		}
		return nil
	})
	if got := r.items[len(r.items)-1]; got.Content != "hm" || got.Processing != transcript.Failed {
		t.Errorf("%+v", got)
	}
	r.must(func(d *contact.Draft) error {
		if d.Processed("late", content("x")) {
			t.Error("an answer that comes too late is taken")
		}
		return nil
	})
}

func TestTheEndLetsNothingWait(t *testing.T) {
	r := processed(t, true)
	_ = r.send(customer, text("one"))
	_ = r.send(customer, text("two"))
	r.must((*contact.Draft).Stop)
	said := r.said()
	if diff := cmp.Diff([]string{"one", "two"}, said[len(said)-5:len(said)-3]); diff != "" || said[len(said)-1] != "chat.ended" {
		t.Errorf("%v", said)
	}
	if _, due := r.due[contact.DueProcess]; due || len(r.waiting()) > 0 {
		t.Errorf("left: due %v, waiting %v", due, r.waiting())
	}
}

// What a flow says before it ends the chat is processed like everything else, and heard before the end.
func TestAFlowsLastWordsAreProcessed(t *testing.T) {
	r := connected(t)
	r.must(func(d *contact.Draft) error { return d.StartProcessing(function, false) })
	r.must(func(d *contact.Draft) error {
		_ = contact.SayBot(d, transcript.Plain, "Goodbye")
		contact.EndAfterAll(d)
		return nil
	})
	if r.s.Status == session.Ended {
		t.Fatal("the chat has ended before the flow was heard")
	}
	r.answer(content("Farewell"))
	said := r.said()
	if diff := cmp.Diff([]string{"participant.joined CUSTOMER", "Farewell", "participant.left CUSTOMER", "chat.ended"}, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What only one side may see stays so.
func TestAProcessedMessageKeepsItsAudience(t *testing.T) {
	r := processed(t, true)
	r.must(func(d *contact.Draft) error {
		contact.Say(d, transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: "for agents", Visibility: transcript.AgentOnly})
		return nil
	})
	r.answer(content("FOR AGENTS"))
	if got := r.items[len(r.items)-1]; got.Content != "FOR AGENTS" || got.Visibility != transcript.AgentOnly {
		t.Errorf("%+v", got)
	}
}

// The flow hears what the processor made, when it is said; of what is rejected it hears nothing.
func TestTheFlowHearsWhatIsSaid(t *testing.T) {
	r := withFlow(processed(t, true))
	r.s.Flow.Listening = true
	delete(r.due, contact.DueFlow)
	_ = r.send(customer, text("rude"))
	_ = r.send(customer, text("hallo"))
	if len(r.s.Flow.Input) > 0 {
		t.Errorf("the flow heard %v", r.s.Flow.Input)
	}
	r.answer(processing.Result{Status: processing.Rejected})
	r.answer(content("hello"))
	want := []session.Input{{Kind: contact.InputMessage, ContentType: transcript.Plain, Content: "hello"}}
	if diff := cmp.Diff(want, r.s.Flow.Input); diff != "" || r.due[contact.DueFlow].IsZero() {
		t.Errorf("the flow hears (-want +got):\n%s", diff)
	}
}

func TestTooManyWait(t *testing.T) {
	r := processed(t, true)
	for i := range 32 {
		if err := r.send(customer, text(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	wantKind(t, "the 33rd", r.send(bot, text("33")), fault.Throttled)
}

func TestProcessingEnds(t *testing.T) {
	r := processed(t, true)
	_ = r.send(customer, text("one"))
	r.must((*contact.Draft).StopProcessing)
	_ = r.send(customer, text("two")) // behind the first
	r.answer(content("ONE"))
	if said := r.said(); !cmp.Equal(said[len(said)-2:], []string{"ONE", "two"}) || r.s.State.Processing != nil {
		t.Errorf("%v, %+v", said, r.s.State.Processing)
	}
	version := r.s.Version
	_ = r.send(customer, text("three"))
	if r.s.Version != version {
		t.Error("a plain message costs more than before")
	}
	r.must((*contact.Draft).Stop)
	wantKind(t, "an ended chat", r.try(func() (*change.Set, error) {
		d := contact.Decide(r.s, setID, t0)
		return d.Changes(), d.StartProcessing(function, true)
	}), fault.Rule)
}

// Masked messages are said at once; what goes to a processor too is masked before.
func TestPersonalDataIsMasked(t *testing.T) {
	r := connected(t, transcript.Plain, transcript.JSON)
	r.must(func(d *contact.Draft) error { return contact.SetRedaction(d, []string{"EMAIL"}) })
	version := r.s.Version
	_ = r.send(customer, text("I am ann@shop.example"))
	_ = r.send(customer, contact.Message{ContentType: transcript.JSON, Content: `{"mail":"ann@shop.example"}`})
	if said := r.said(); !cmp.Equal(said[len(said)-2:], []string{"I am [EMAIL]", `{"mail":"[EMAIL]"}`}) || r.s.Version != version {
		t.Errorf("%v", said)
	}
	r.must(func(d *contact.Draft) error { return d.StartProcessing(function, true) })
	_ = r.send(customer, text("or bob@shop.example"))
	if diff := cmp.Diff([]string{"or [EMAIL]"}, r.waiting()); diff != "" {
		t.Errorf("waiting (-want +got):\n%s", diff)
	}
	d := contact.Decide(r.s, setID, t0)
	wantKind(t, "names have no form", contact.SetRedaction(d, []string{"NAME"}), fault.Rule)
}
