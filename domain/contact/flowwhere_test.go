package contact_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
)

func flowsConfig(t failer) catalog.Config {
	cfg := config()
	ref := func(id string, kind flow.Type, active bool, published string) catalog.FlowRef {
		return catalog.FlowRef{ID: id, ARN: "arn:flow/" + id, Type: kind, Active: active, Published: published, Saved: "draft"}
	}
	cfg.Flows = map[string]catalog.FlowRef{
		"next": ref("next", flow.ContactFlow, true, "next-1"), "agent": ref("agent", flow.AgentTransfer, true, "next-1"),
		"queue": ref("queue", flow.QueueTransfer, true, "next-1"), "whisper": ref("whisper", flow.AgentWhisper, true, "next-1"),
		"waiting": ref("waiting", flow.CustomerQueue, true, "next-1"), "saved": ref("saved", flow.ContactFlow, true, ""),
		"archived": ref("archived", flow.ContactFlow, false, "next-1"),
	}
	m := ref("mod", "", true, "mod-1")
	m.Versions, m.Aliases = map[string]string{"1": "mod-1", "2": "mod-2"}, map[string]string{"prod": "2", "gone": "9"}
	cfg.Modules = map[string]catalog.FlowRef{"mod": m}
	cfg.Documents = map[string]*flow.Document{
		"next-1": document(t, say("a", "in the next flow", "end"), hangUp),
		"draft":  document(t, say("a", "in the draft", "end"), hangUp),
		"mod-1":  document(t, say("a", "module 1", "r"), block("r", "EndFlowModuleExecution", "{}", "")),
		"mod-2":  document(t, say("a", "module 2", "r"), block("r", "EndFlowModuleExecution", "{}", "")),
	}
	return cfg
}

func (r *room) runAll(doc *flow.Document, cfg catalog.Config) contact.FlowStep {
	r.t.Helper()
	var step contact.FlowStep
	cfg.Documents["content"] = doc
	r.must(func(d *contact.Draft) (err error) {
		step, err = d.RunFlow(cfg, "run", nil)
		return err
	})
	return step
}

func TestWhereAFlowMaySendAContact(t *testing.T) {
	for ref, want := range map[string]string{
		"next": "in the next flow", "arn:flow/next": "in the next flow", "agent": "in the next flow", "queue": "in the next flow",
		"next:$SAVED": "in the draft", "next:$LATEST": "in the next flow", "next:7": "no",
		"whisper": "no", "waiting": "no", "saved": "no", "saved:$LATEST": "no", "archived": "no", "none": "no", "arn:other/next": "no",
	} {
		r := ready(t)
		doc := document(t, block("go", "TransferToFlow", fmt.Sprintf(`{"ContactFlowId":%q}`, ref), "bad", "NoMatchingError!=bad"), say("bad", "no", "end"), hangUp)
		r.runAll(doc, flowsConfig(t))
		if got := r.said()[1]; got != want {
			t.Errorf("%s: said %q, want %q", ref, got, want)
		}
	}
}

func TestWhichModuleAReferenceMeans(t *testing.T) {
	for ref, want := range map[string]string{
		"mod": "module 1", "arn:flow/mod": "module 1", "mod:$LATEST": "module 1", "mod:2": "module 2", "mod:prod": "module 2",
		"arn:flow/mod:prod": "module 2", "mod:3": "no", "mod:gone": "no", "mod:none": "no", "next": "no",
	} {
		r := ready(t)
		doc := document(t, block("go", "InvokeFlowModule", fmt.Sprintf(`{"FlowModuleId":%q}`, ref), "end", "NoMatchingError!=bad"), say("bad", "no", "end"), hangUp)
		r.runAll(doc, flowsConfig(t))
		if got := r.said()[1]; got != want {
			t.Errorf("%s: said %q, want %q", ref, got, want)
		}
	}
}

func TestAContentThatWasNotRead(t *testing.T) {
	doc := document(t, say("a", "first", "go"), block("go", "TransferToFlow", `{"ContactFlowId":"next"}`, "end", "NoMatchingError!=end"), hangUp)
	cfg := flowsConfig(t)
	cfg.Documents = map[string]*flow.Document{}
	r := ready(t)
	for _, need := range []string{"content", "next-1"} {
		d := contact.Decide(r.s, setID, r.now)
		step, err := d.RunFlow(cfg, "run", nil)
		if err != nil || step.Outcome.Kind != interp.NeedDocument || step.Outcome.Content != need {
			t.Fatalf("%+v, %v; want the need of %s", step.Outcome, err, need)
		}
		cfg.Documents["content"] = doc
	}
	r.runAll(doc, flowsConfig(t))
	if got := strings.Join(r.said()[1:3], ", "); got != "first, in the next flow" {
		t.Errorf("said %s", got)
	}
}

func TestAnInputThatNeedsAContentIsNotPassedOver(t *testing.T) {
	r := ready(t)
	r.bot()
	cfg := flowsConfig(t)
	doc := document(t,
		block("wait", "Wait", `{"TimeLimitSeconds":"60","Events":["CustomerReturned","BotParticipantDisconnected"]}`, "end",
			"WaitCompleted=end", "CustomerReturned=go", "BotParticipantDisconnected=left", "NoMatchingError!=end", "ParticipantNotFound!=end"),
		block("go", "TransferToFlow", `{"ContactFlowId":"next"}`, "end", "NoMatchingError!=end"), say("left", "the bot left", "end"), hangUp)
	r.runAll(doc, cfg)
	_ = r.send(customer, hello)
	r.must(leave(bot))
	read := cfg.Documents["next-1"]
	delete(cfg.Documents, "next-1")
	step, err := contact.Decide(r.s, setID, r.now).RunFlow(cfg, "run", nil)
	if err != nil || step.Outcome.Kind != interp.NeedDocument || step.Outcome.Content != "next-1" || len(step.Trace) != 0 {
		t.Errorf("%+v, %v", step, err)
	}
	cfg.Documents["next-1"] = read
	r.runAll(doc, cfg)
	if got := r.said()[len(r.said())-3]; got != "in the next flow" {
		t.Errorf("said %v", r.said())
	}
}

func TestAModuleReturnsToAContentThatWasNotRead(t *testing.T) {
	cfg := flowsConfig(t)
	cfg.Documents["mod-1"] = document(t,
		block("w", "Wait", `{"TimeLimitSeconds":"60"}`, "", "WaitCompleted=r"), block("r", "EndFlowModuleExecution", "{}", ""))
	r := ready(t)
	doc := document(t, block("go", "InvokeFlowModule", `{"FlowModuleId":"mod"}`, "back", "NoMatchingError!=end"), say("back", "back", "end"), hangUp)
	r.runAll(doc, cfg)
	if f := r.s.Flow; f.FlowID != "mod" || f.Content != "mod-1" {
		t.Fatalf("%+v", f)
	}
	r.now = r.now.Add(time.Minute)
	delete(cfg.Documents, "content")
	step, err := contact.Decide(r.s, setID, r.now).RunFlow(cfg, "run", nil)
	if err != nil || step.Outcome.Kind != interp.NeedDocument || step.Outcome.Content != "content" {
		t.Fatalf("%+v, %v", step.Outcome, err)
	}
	r.runAll(doc, cfg)
	if got := r.said()[1]; got != "back" {
		t.Errorf("said %q", got)
	}
}

func TestTheSessionNamesTheFlowThatRuns(t *testing.T) {
	cfg := flowsConfig(t)
	cfg.Documents["next-1"] = waiting(t)
	r := ready(t)
	r.bot()
	r.runAll(document(t, block("go", "TransferToFlow", `{"ContactFlowId":"next"}`, "end", "NoMatchingError!=end"), hangUp), cfg)
	if f := r.s.Flow; f == nil || f.FlowID != "next" || f.Content != "next-1" || !f.Listening {
		t.Fatalf("%+v", f)
	}
	_ = r.send(customer, hello)
	r.must(func(d *contact.Draft) error {
		_, err := d.RunFlow(catalog.Config{Documents: map[string]*flow.Document{"next-1": waiting(t)}}, "run", nil)
		return err
	})
	if got := r.said()[len(r.said())-1]; got != "welcome back" {
		t.Errorf("said %q", got)
	}
}
