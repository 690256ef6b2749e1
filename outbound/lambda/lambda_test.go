package lambda_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/sigv4"
	"parley/outbound/egress"
	"parley/outbound/lambda"
	"parley/outbound/signed"
)

const arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"

// endpoint is a test's server that keeps what it was asked.
type endpoint struct {
	*httptest.Server
	mu    sync.Mutex
	asked []asked
}

type asked struct {
	Target, Body, Key, Type, Context string
	header                           http.Header
	raw                              *sigv4.Request
}

func serve(t *testing.T, answer func(n int, w http.ResponseWriter)) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e.mu.Lock()
		e.asked = append(e.asked, asked{
			Target: r.RequestURI, Body: string(body), Key: r.Header.Get("Idempotency-Key"), Type: r.Header.Get("X-Amz-Invocation-Type"),
			Context: r.Header.Get("X-Amz-Client-Context"), header: r.Header, raw: sigv4.FromHTTP(r, sha256.Sum256(body)),
		})
		n := len(e.asked)
		e.mu.Unlock()
		answer(n, w)
	}))
	t.Cleanup(e.Close)
	return e
}

func client(t *testing.T) *egress.Client {
	t.Helper()
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	c := egress.New(egress.Options{Policy: policy})
	t.Cleanup(c.Close)
	return c
}

func say(text string) func(int, http.ResponseWriter) {
	return func(_ int, w http.ResponseWriter) { _, _ = w.Write([]byte(text)) }
}

func call() lambda.Call {
	return lambda.Call{Key: "run/7", Function: arn, Event: []byte(`{"a":1}`)}
}

func TestInvokeAPI(t *testing.T) {
	e := serve(t, say(`{"ok":true}`))
	f := lambda.New(lambda.Options{Client: client(t), Endpoint: e.URL + "/", Keys: signed.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret", Region: "us-east-1"}})
	got, err := f.Invoke(t.Context(), call())
	if err != nil || string(got) != `{"ok":true}` {
		t.Fatalf("%s, %v", got, err)
	}
	context := base64.StdEncoding.EncodeToString([]byte(`{"custom":{"idempotencyKey":"run/7"}}`))
	want := asked{Target: "/2015-03-31/functions/orders/invocations?Qualifier=live", Body: `{"a":1}`, Key: "run/7", Type: "RequestResponse", Context: context}
	a := e.asked[0]
	if diff := cmp.Diff(want, a, cmp.FilterPath(func(p cmp.Path) bool { s := p.Last().String(); return s == ".header" || s == ".raw" }, cmp.Ignore())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	v := sigv4.NewVerifier("eu-west-1", "lambda", clock.Wall)
	if _, err := v.Authenticate(a.raw, func(string) (string, bool, error) { return "secret", true, nil }); err != nil {
		t.Errorf("the signature: %v", err)
	}
}

// Every try of one call has the same key, and a function that fails is tried three times more.
func TestTriesHaveOneKey(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(int, http.ResponseWriter)
		calls  int
		ok     bool
	}{
		"in the end": {func(n int, w http.ResponseWriter) {
			if n < 3 {
				w.WriteHeader(500)
				return
			}
			_, _ = w.Write([]byte("{}"))
		}, 3, true},
		"a function's errors": {func(_ int, w http.ResponseWriter) {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			_, _ = w.Write([]byte(`{"errorMessage":"s3cret"}`))
		}, 4, false},
		"a refusal": {func(_ int, w http.ResponseWriter) { w.WriteHeader(403) }, 1, false},
		"no JSON":   {say("<html>"), 1, false},
		"nothing":   {say(""), 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := serve(t, c.answer)
			_, err := lambda.New(lambda.Options{Client: client(t), Endpoint: e.URL}).Invoke(t.Context(), call())
			if (err == nil) != c.ok || len(e.asked) != c.calls {
				t.Errorf("%d calls, %v", len(e.asked), err)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error quotes the function: %v", err)
			}
			for _, a := range e.asked {
				if a.Key != "run/7" {
					t.Errorf("a try has the key %q", a.Key)
				}
			}
		})
	}
}

func TestWhichTarget(t *testing.T) {
	e := serve(t, say("{}"))
	at := func(path string) lambda.Target { return lambda.Target{URL: e.URL + path} }
	full := lambda.Options{Client: client(t), Endpoint: e.URL + "/aws", Targets: map[string]lambda.Target{
		arn: at("/arn"), "orders:old": at("/qualified"), "orders": at("/name"),
	}}
	rest := lambda.Options{Client: client(t), Targets: map[string]lambda.Target{"*": at("/all"), "orders": at("/name")}}
	for _, c := range []struct {
		o              lambda.Options
		function, want string
	}{
		{full, arn, "/arn"},
		{full, "arn:aws:lambda:us-east-1:123456789012:function:orders:old", "/qualified"},
		{full, "arn:aws:lambda:us-east-1:123456789012:function:orders", "/name"},
		{full, "orders", "/name"},
		{full, "123456789012:function:orders", "/name"},
		{full, "other", "/aws/2015-03-31/functions/other/invocations"},
		{full, "a/../b?c", "/aws/2015-03-31/functions/a%2F..%2Fb%3Fc/invocations"},
		{rest, "orders", "/name"},
		{rest, "http://127.0.0.1:1/", "/all"},
	} {
		if _, err := lambda.New(c.o).Invoke(t.Context(), lambda.Call{Function: c.function, Event: []byte("{}")}); err != nil {
			t.Errorf("%s: %v", c.function, err)
			continue
		}
		if got := e.asked[len(e.asked)-1].Target; got != c.want {
			t.Errorf("%s: %s, want %s", c.function, got, c.want)
		}
	}
	// what a flow names is never an address
	_, err := lambda.New(lambda.Options{Client: client(t)}).Invoke(t.Context(), lambda.Call{Function: e.URL, Event: []byte("{}")})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("a function that nobody configured: %v", err)
	}
}

func TestWebhookSignature(t *testing.T) {
	e := serve(t, say("{}"))
	secret, err := signed.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	o := lambda.Options{Client: client(t), Secret: secret, Targets: map[string]lambda.Target{"*": {URL: e.URL}}}
	if _, err := lambda.New(o).Invoke(t.Context(), call()); err != nil {
		t.Fatal(err)
	}
	h := e.asked[0].header
	again, _ := http.NewRequest("POST", e.URL, nil)
	if err := secret.Webhook("run/7", []byte(`{"a":1}`))(again); err != nil {
		t.Fatal(err)
	}
	if h.Get("Webhook-Id") != "run/7" || h.Get("Webhook-Timestamp") == "" || !strings.HasPrefix(h.Get("Webhook-Signature"), "v1,") {
		t.Errorf("%v", h)
	}
	if h.Get("Webhook-Timestamp") == again.Header.Get("Webhook-Timestamp") && h.Get("Webhook-Signature") != again.Header.Get("Webhook-Signature") {
		t.Errorf("the same call is signed differently")
	}
}

func TestCommand(t *testing.T) {
	t.Setenv("PARLEY_SECRET_ACCESS_KEY", "s3cret")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	var errors bytes.Buffer
	late := filepath.Join(t.TempDir(), "late")
	for line, want := range map[string]string{
		`cat`: `{"a":1}`,
		`printf '{"key":"%s","secret":"%s"}' "$IDEMPOTENCY_KEY" "$PARLEY_SECRET_ACCESS_KEY"`: `{"key":"run/7","secret":""}`,
		`echo oops >&2; exit 3`: "error",
		`echo no json`:          "error",
		fmt.Sprintf(`head -c %d /dev/zero | tr '\0' '1'`, lambda.MaxAnswer+1): "error",
		"touch " + late + "; cat": `{"a":1}`,
	} {
		o := lambda.Options{Targets: map[string]lambda.Target{"orders": {Command: line}}, Output: &errors}
		got, err := lambda.New(o).Invoke(ctx, call())
		if (err != nil) != (want == "error") || err == nil && string(got) != want {
			t.Errorf("%s: %.99s, %v", line, got, err)
		}
	}
	if errors.String() != "oops\n" {
		t.Errorf("the commands said %q", errors.String())
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	o := lambda.Options{Targets: map[string]lambda.Target{"orders": {Command: "exec sleep 30"}}}
	if _, err := lambda.New(o).Invoke(short, call()); !fault.Is(err, fault.Unavailable) || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

// What a command started does not outlive it, neither one that is cut off nor one that ended.
func TestACommandLeavesNothingBehind(t *testing.T) {
	for name, line := range map[string]string{"cut": "sleep 60 & echo $! > PID; wait", "ended": "sleep 60 >/dev/null 2>&1 & echo $! > PID; echo {}"} {
		file := filepath.Join(t.TempDir(), "pid")
		o := lambda.Options{Targets: map[string]lambda.Target{"orders": {Command: strings.ReplaceAll(line, "PID", file)}}}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		_, err := lambda.New(o).Invoke(ctx, lambda.Call{Function: "orders", Event: []byte(`{}`)})
		cancel()
		if (err == nil) != (name == "ended") {
			t.Errorf("%s: %v", name, err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		alive := func() bool { // a zombie is none: nobody here waits for it
			stat, err := os.ReadFile("/proc/" + strings.TrimSpace(string(text)) + "/stat")
			return err == nil && !strings.Contains(string(stat), ") Z ")
		}
		for end := time.Now().Add(5 * time.Second); alive(); <-time.After(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: the process %s is left", name, text)
			}
		}
	}
}

func TestParseTarget(t *testing.T) {
	for text, want := range map[string]lambda.Target{
		"a=http://x/?y=z": {URL: "http://x/?y=z"}, arn + "=exec:python3 f.py --a=b": {Command: "python3 f.py --a=b"},
		"": {}, "a": {}, "=x": {}, "a=": {}, "a=exec:": {},
	} {
		_, got, err := lambda.ParseTarget(text)
		if got != want || (err == nil) != (want != lambda.Target{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
