package flowrun_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/bus"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/transcript"
)

const alias = "arn:aws:lex:us-east-1:123456789012:bot-alias/BOT/LIVE"

func (w *world) botFlow() string {
	return w.drawn("bot", block("bot", "ConnectParticipantWithLexBot", map[string]any{"Text": "How can we help?", "LexV2Bot": map[string]any{"AliasArn": alias}}, "done", "done"),
		said("done", "intent $.Lex.IntentName", "wait"), wait("wait"))
}

func (w *world) hints(id string) func() []transcript.Item {
	var mu sync.Mutex
	var all []transcript.Item
	w.t.Cleanup(w.bus.Subscribe(bus.Session(id), func(h bus.Hint) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, h.Items...)
	}))
	return func() []transcript.Item {
		mu.Lock()
		defer mu.Unlock()
		return append([]transcript.Item(nil), all...)
	}
}

func reply(text string) json.RawMessage {
	raw, _ := json.Marshal(map[string]any{
		"messages":     []any{map[string]string{"content": text, "contentType": "PlainText"}},
		"sessionState": map[string]any{"dialogAction": map[string]string{"type": "ElicitIntent"}, "sessionAttributes": map[string]string{}},
	})
	return raw
}

// What a flow has just had masked is not shown before it is.
func TestNothingIsShownBeforeItIsMasked(t *testing.T) {
	w := newWorld(t)
	var asked atomic.Bool
	w.serve(func(_ context.Context, c interp.Call, said func(string)) (json.RawMessage, error) {
		asked.Store(true)
		if said != nil {
			t.Error("somebody listens")
		}
		return reply("my card is 4111 1111 1111 1111"), nil
	})
	w.mode = "INCREMENTAL"
	mask := block("mask", "UpdateContactRecordingAndAnalyticsBehavior", map[string]any{"ChatBehavior": map[string]any{"ChatAnalyticsBehavior": map[string]any{
		"InFlightChatRedactionConfiguration": map[string]any{"Enabled": "True", "RedactionMaskMode": "PII"},
	}}}, "bot", "done")
	errs := mask["Transitions"].(map[string]any)["Errors"].([]any)
	for _, kind := range []string{"ChannelMismatch", "InFlightRedactionConfigurationFailed"} {
		errs = append(errs, map[string]any{"NextAction": "done", "ErrorType": kind})
	}
	mask["Transitions"].(map[string]any)["Errors"] = errs
	id := w.begin(w.drawn("mask", mask,
		block("bot", "ConnectParticipantWithLexBot", map[string]any{"LexInitializationData": map[string]any{"InitialMessage": "hi"}, "LexV2Bot": map[string]any{"AliasArn": alias}}, "done", "done"),
		said("done", "over", "wait"), wait("wait")))
	w.pass(0)
	w.until("the bot was asked", asked.Load)
	if w.session(id).State.Processing == nil {
		t.Error("nothing is masked")
	}
}

func TestABotsTextIsShownWhileItIsMade(t *testing.T) {
	const pace = 100 * time.Millisecond
	text := "We have green " + strings.Repeat("t", 1000) + "ea."
	for mode, shown := range map[string]bool{"INCREMENTAL": true, "COMPLETE": false, "": false} {
		w := newWorld(t)
		w.serve(func(_ context.Context, c interp.Call, said func(string)) (json.RawMessage, error) {
			if (said != nil) != shown {
				t.Errorf("%s: somebody listens: %v", mode, said != nil)
			}
			if said != nil {
				said("We have ")
				<-time.After(pace)
				said("green ")
				for range 1000 { // much faster than it is shown
					said("t")
				}
			}
			return reply(text), nil
		})
		w.mode = mode
		id := w.begin(w.botFlow())
		w.pass(0)
		heard := w.hints(id)
		w.say(id, "What do you have?")
		w.pass(0)
		w.until("the answer", func() bool { // the hint comes after the commit
			items := heard()
			return len(items) > 0 && items[len(items)-1].Content == text
		})
		items := heard()
		whole := items[len(items)-1]
		var parts []string
		for _, i := range items {
			if i.Chunk == 0 {
				continue
			}
			parts = append(parts, i.Content)
			if i.Chunk != len(parts) || i.ID != whole.ID || i.Position != 0 || i.Author != whole.Author || i.Type != transcript.Message {
				t.Errorf("%s: part %+v of %+v", mode, i, whole)
			}
		}
		if shown != (len(parts) >= 2) || len(parts) > 100 || !strings.HasPrefix(text, strings.Join(parts, "")) || whole.Content != text ||
			whole.Position == 0 || (whole.Stream != "") != shown {
			t.Errorf("%s: parts %q, then %+v", mode, parts, whole)
		}
		if whole.Author != contact.BotAuthor() {
			t.Errorf("%s: said by %+v", mode, whole.Author)
		}
	}
}
