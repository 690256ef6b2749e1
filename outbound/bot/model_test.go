package bot_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"parley/outbound/bot"
)

// streams answers a completion in these parts; "cut" breaks the connection.
func streams(parts ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, part := range parts {
			if part == "cut" {
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			}
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\n", part)
			w.(http.Flusher).Flush()
		}
		fmt.Fprint(w, "data: {\"choices\":[],\"usage\":{}}\n\ndata: [DONE]\n\n")
	}
}

func model(t *testing.T, e *endpoint) *bot.Bots {
	t.Helper()
	path := file(t, fmt.Sprintf(`{"url":%q,"model":"m","system":"You sell tea.","intents":["Order","Agent"],"history":4}`, e.URL+"/v1/"))
	return bots(t, bot.Options{Targets: []string{"*=openai:" + path}, ModelKey: "sk-1"})
}

func TestAModelIsAsked(t *testing.T) {
	e := serve(t, streams("We have ", "green", " tea.\n"))
	b := model(t, e)
	var shown []string
	r := ask(t, b, turn("What do you have?", nil), func(s string) { shown = append(shown, s) })
	if len(r.Messages) != 1 || r.Messages[0] != (bot.Message{Content: "We have green tea.", ContentType: "PlainText"}) || r.State.DialogAction.Type != "ElicitIntent" {
		t.Errorf("%+v", r)
	}
	if strings.Join(shown, "|") != "We have| green| tea." {
		t.Errorf("shown: %q", shown)
	}
	a := e.asked[0]
	var body struct {
		Model    string
		Stream   bool
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
		t.Fatal(err)
	}
	if a.Target != "/v1/chat/completions" || a.Authorization != "Bearer sk-1" || a.Key != "run/3" || body.Model != "m" || !body.Stream {
		t.Errorf("asked %+v", a)
	}
	system := body.Messages[0].Content
	if !strings.HasPrefix(system, "You sell tea.") || !strings.Contains(system, "INTENT:") || !strings.Contains(system, "Order, Agent") {
		t.Errorf("told %q", system)
	}
	if got := fmt.Sprint(body.Messages[1:]); got != "[{user What do you have?}]" {
		t.Errorf("asked with %s", got)
	}
	for range 3 {
		r = ask(t, b, turn("And?", r.State.Attributes), nil)
	}
	var kept []struct{ Role string }
	if err := json.Unmarshal([]byte(r.State.Attributes["history"]), &kept); err != nil || len(kept) != 4 {
		t.Errorf("%d turns are kept: %v", len(kept), err)
	}
	long := ask(t, b, turn(strings.Repeat("x", 20_000), r.State.Attributes), nil)
	if n := len(long.State.Attributes["history"]); n > 12_000 {
		t.Errorf("the history has %d bytes", n)
	}
}

func TestAModelEndsWithAnIntent(t *testing.T) {
	want := map[string]string{
		"Sure.\nINTENT: Order {\"number\":\"66\",\"n\":7}": "Sure.|Order|n=7 number=66",
		"INTENT: Agent":                          "|Agent|",
		"Sure.\n\n  **INTENT: Agent**\nand more": "Sure.|Agent|",
		"Sure.\nINTENT: Unknown":                 "Sure.||",
		"The line INTENT: Agent is not one.":     "The line INTENT: Agent is not one.||",
		"INTEN":                                  "INTEN||",
		"One\nINTENTION\nTwo":                    "One\nINTENTION\nTwo||",
		"Sure.\nINTENT: Agent {broken":           "Sure.|Agent|",
		" \n Blanks around. \n\n":                "Blanks around.||",
		"":                                       "||",
	}
	texts := slices.Sorted(maps.Keys(want))
	rapid.Check(t, func(rt *rapid.T) { // however a text is cut
		text := rapid.SampledFrom(texts).Draw(rt, "text")
		var parts []string
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "part")
			for !utf8.RuneStart(rest[min(n, len(rest)-1)]) {
				n++
			}
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		shown := ""
		r := ask(t, model(t, serve(t, streams(parts...))), turn("x", nil), func(s string) { shown += s })
		got, intent, slots := "", "", []string{}
		for _, m := range r.Messages {
			got += m.Content
		}
		if i := r.State.Intent; i != nil {
			intent = i.Name
			for _, k := range []string{"n", "number"} {
				if s := i.Slots[k]; s != nil {
					slots = append(slots, k+"="+s.Value.InterpretedValue)
				}
			}
		}
		if s := got + "|" + intent + "|" + strings.Join(slots, " "); s != want[text] || shown != got {
			rt.Errorf("%q in %q: %q, want %q, shown %q", text, parts, s, want[text], shown)
		}
	})
}

// What a customer saw is the answer, even if the rest of it never came.
func TestAModelThatIsCutOff(t *testing.T) {
	e := serve(t, streams("We have ", "green", "cut"))
	if r := ask(t, model(t, e), turn("x", nil), func(string) {}); len(e.asked) != 1 || r.Messages[0].Content != "We have green" {
		t.Errorf("%+v after %d calls", r, len(e.asked))
	}
	e = serve(t, streams("We have ", "green", "cut"))
	if got, err := model(t, e).Ask(t.Context(), turn("x", nil), nil); err == nil {
		t.Errorf("nobody saw it: %s", got)
	}
	e = serve(t, streams("cut"))
	if _, err := model(t, e).Ask(t.Context(), turn("x", nil), func(string) {}); err == nil || len(e.asked) != 3 {
		t.Errorf("nothing came: %v after %d calls", err, len(e.asked))
	}
}

func TestAModelThatDoesNotStream(t *testing.T) {
	e := serve(t, say(`{"choices":[{"message":{"content":"Hi.\nINTENT: Agent"}}]}`))
	if r := ask(t, model(t, e), turn("x", nil), nil); r.Messages[0].Content != "Hi." || r.State.Intent.Name != "Agent" {
		t.Errorf("%+v", r)
	}
}

func TestAModelsTextIsBounded(t *testing.T) {
	e := serve(t, streams(strings.Repeat("é", 5_000), strings.Repeat("é", 5_000), "more"))
	r := ask(t, model(t, e), turn("x", nil), func(string) {})
	if n := utf8.RuneCountInString(r.Messages[0].Content); n != 6_000 {
		t.Errorf("%d characters", n)
	}
	e = serve(t, streams(strings.Repeat("x", 3<<20)))
	if _, err := model(t, e).Ask(t.Context(), turn("x", nil), nil); err == nil {
		t.Error("an endless event is read")
	}
}

func TestARefusingModel(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(401)
		_, _ = w.Write([]byte(`{"error":"bad key sk-1"}`))
	})
	if _, err := model(t, e).Ask(t.Context(), turn("x", nil), nil); err == nil || strings.Contains(err.Error(), "sk-1") {
		t.Errorf("%v", err)
	}
}
