package bot_test

import (
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/sigv4"
	"parley/outbound/bot"
	"parley/outbound/egress"
	"parley/outbound/signed"
)

const alias = "arn:aws:lex:eu-west-1:123456789012:bot-alias/BOT1/ALIAS1"

// endpoint is a test's server that keeps what it was asked.
type endpoint struct {
	*httptest.Server
	mu    sync.Mutex
	asked []asked
}

type asked struct {
	Target, Body, Key, Authorization string
	raw                              *sigv4.Request
}

func serve(t *testing.T, answer http.HandlerFunc) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e.mu.Lock()
		e.asked = append(e.asked, asked{r.RequestURI, string(body), r.Header.Get("Idempotency-Key"), r.Header.Get("Authorization"), sigv4.FromHTTP(r, sha256.Sum256(body))})
		e.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(e.Close)
	return e
}

func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
}

func bots(t *testing.T, o bot.Options) *bot.Bots {
	t.Helper()
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	o.Policy, o.Client = policy, egress.New(egress.Options{Policy: policy})
	t.Cleanup(o.Client.Close)
	b, err := bot.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bot.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func turn(text string, attributes map[string]string) bot.Call {
	raw, _ := json.Marshal(bot.Turn{SessionID: "s1", LocaleID: "en_US", Text: text, State: bot.State{Attributes: attributes}})
	return bot.Call{Key: "run/3", Alias: alias, Turn: raw}
}

func ask(t *testing.T, b *bot.Bots, c bot.Call, said func(string)) bot.Reply {
	t.Helper()
	raw, err := b.Ask(t.Context(), c, said)
	if err != nil {
		t.Fatal(err)
	}
	var r bot.Reply
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLex(t *testing.T) {
	const answer = `{"sessionId":"s1","messages":[{"content":"hi","contentType":"PlainText"}],"sessionState":{"dialogAction":{"type":"Close"},"originatingRequestId":"kept"}}`
	e := serve(t, say(answer))
	b := bots(t, bot.Options{Targets: []string{alias + "=lex:" + e.URL + "/"}, Keys: signed.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret", Region: "us-east-1"}})
	got, err := b.Ask(t.Context(), turn("hello", map[string]string{"k": "v"}), nil)
	if err != nil || string(got) != answer {
		t.Fatalf("%s, %v", got, err)
	}
	a := e.asked[0]
	if want := "/bots/BOT1/botAliases/ALIAS1/botLocales/en_US/sessions/s1/text"; a.Target != want || a.Key != "run/3" {
		t.Errorf("%s with key %q, want %s", a.Target, a.Key, want)
	}
	if want := `{"text":"hello","sessionState":{"sessionAttributes":{"k":"v"}}}`; a.Body != want {
		t.Errorf("%s, want %s", a.Body, want)
	}
	v := sigv4.NewVerifier("eu-west-1", "lex", clock.Wall)
	if _, err := v.Authenticate(a.raw, func(string) (string, bool, error) { return "secret", true, nil }); err != nil {
		t.Errorf("the signature: %v", err)
	}
	if r := ask(t, b, turn("", map[string]string{"k": "v"}), nil); len(e.asked) != 1 || r.State.Attributes["k"] != "v" || r.State.DialogAction.Type != "ElicitIntent" {
		t.Errorf("the beginning: %+v after %d calls", r, len(e.asked))
	}
}

func TestWebhook(t *testing.T) {
	e := serve(t, say(`{"sessionState":{"intent":{"name":"A","state":"Failed"}}}`))
	b := bots(t, bot.Options{Targets: []string{"*=webhook:" + e.URL + "/x"}})
	if r := ask(t, b, turn("hello", nil), nil); r.State.Intent.Name != "A" {
		t.Errorf("%+v", r)
	}
	want := `{"botAliasArn":"` + alias + `","sessionId":"s1","localeId":"en_US","text":"hello","sessionState":{"sessionAttributes":null}}`
	if a := e.asked[0]; a.Target != "/x" || a.Body != want || a.Key != "run/3" {
		t.Errorf("%+v, want %s", a, want)
	}
}

func TestAnswersOfAnotherShape(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"no JSON": say("hello"), "a list": say("[]"), "no success": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
	} {
		e := serve(t, answer)
		if got, err := bots(t, bot.Options{Targets: []string{"*=webhook:" + e.URL}}).Ask(t.Context(), turn("x", nil), nil); err == nil {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestWhichBot(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"sessionId":"` + r.URL.Path + `"}`))
	})
	b := bots(t, bot.Options{Targets: []string{
		alias + "=webhook:" + e.URL + "/exact", "BOT2/LIVE=webhook:" + e.URL + "/alias", "BOT2=webhook:" + e.URL + "/bot", "Old=webhook:" + e.URL + "/v1",
	}})
	arn := "arn:aws:lex:us-east-1:1:bot-alias/"
	for alias, want := range map[string]string{
		alias: "/exact", arn + "BOT2/LIVE": "/alias", arn + "BOT2/TEST": "/bot", "Old:us-east-1:$LATEST": "/v1", "Old": "/v1",
		arn + "BOT3/LIVE": "", e.URL: "", "arn:aws:lex:us-east-1:1:bot/BOT2": "",
	} {
		c := turn("x", nil)
		c.Alias = alias
		raw, err := b.Ask(t.Context(), c, nil)
		if want == "" {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %s, %v", alias, raw, err)
			}
			continue
		}
		if err != nil || string(raw) != `{"sessionId":"`+want+`"}` {
			t.Errorf("%s: %s, %v, want %s", alias, raw, err, want)
		}
	}
}

func TestWhatIsNoBot(t *testing.T) {
	for name, target := range map[string]string{
		"nothing": "", "no kind": "a=b", "no alias": "=lex:http://1.1.1.1", "an unknown kind": "a=smtp:x", "no URL": "a=lex:x",
		"an address that may not be called": "a=webhook:http://127.0.0.1:1/", "a missing file": "a=keywords:" + filepath.Join(t.TempDir(), "x"),
		"no JSON": "a=keywords:" + file(t, "x"), "a misspelt member": "a=keywords:" + file(t, `{"intent":[]}`), "a broken pattern": "a=keywords:" + file(t, `{"intents":[{"name":"a","patterns":["("]}]}`),
		"no patterns": "a=keywords:" + file(t, `{"intents":[{"name":"a"}]}`), "a model nowhere": "a=openai:" + file(t, `{}`), "a model without its key": "a=openai:" + file(t, `{"url":"http://1.1.1.1","keyFile":"none"}`),
	} {
		var policy egress.Policy
		if _, err := bot.New(bot.Options{Client: egress.New(egress.Options{}), Policy: policy, Targets: []string{target}}); err == nil {
			t.Errorf("%s: %q is a bot", name, target)
		}
	}
}

func TestKeywords(t *testing.T) {
	b := bots(t, bot.Options{Targets: []string{"*=keywords:" + file(t, `{
		"intents": [
			{"name": "Order", "patterns": ["order (?P<number>[0-9]+)", "where is"], "slots": {"kind": "order"}, "messages": ["One moment.", {"content": "{}", "contentType": "CustomPayload"}]},
			{"name": "Hours", "patterns": ["\\bopen\\b"], "messages": ["From 9 to 5."], "attributes": {"asked": "hours"}, "continue": true}],
		"fallback": {"messages": ["Again?"], "tries": 2}}`)}})
	type result struct{ Text, Action, Intent, State, Slots string }
	attributes := map[string]string{"own": "kept"}
	for i, c := range []struct {
		text string
		want result
	}{
		{"???", result{Text: "Again?", Action: "ElicitIntent"}},
		{"Are you OPEN?", result{Text: "From 9 to 5.", Action: "ElicitIntent"}},
		{"???", result{Text: "Again?", Action: "ElicitIntent"}},
		{"my Order 66", result{Text: "One moment.|{}", Action: "Close", Intent: "Order", State: "ReadyForFulfillment", Slots: "kind=order number=66"}},
		{"1", result{Text: "Again?", Action: "ElicitIntent"}},
		{"2", result{Text: "Again?", Action: "ElicitIntent"}},
		{"3", result{Action: "Close", Intent: "FallbackIntent", State: "ReadyForFulfillment"}},
		{"opened", result{Text: "Again?", Action: "ElicitIntent"}},
	} {
		r := ask(t, b, turn(c.text, attributes), nil)
		var texts, slots []string
		for _, m := range r.Messages {
			texts = append(texts, m.Content)
		}
		got := result{Text: strings.Join(texts, "|"), Action: r.State.DialogAction.Type}
		if n := r.State.Intent; n != nil {
			for _, name := range []string{"kind", "number"} {
				if s := n.Slots[name]; s != nil {
					slots = append(slots, name+"="+s.Value.InterpretedValue)
				}
			}
			got.Intent, got.State, got.Slots = n.Name, n.State, strings.Join(slots, " ")
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%d, %q (-want +got):\n%s", i, c.text, diff)
		}
		attributes = r.State.Attributes
	}
	if attributes["own"] != "kept" || attributes["asked"] != "hours" {
		t.Errorf("the attributes are %v", attributes)
	}
}
