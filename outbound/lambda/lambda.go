// Package lambda invokes functions for flows: by AWS's Invoke API at any endpoint,
// by a plain HTTP webhook, or, in tests, by a local command.
//
// It guarantees: only what the operator configured is called, whatever a flow
// names; every try of one call carries the same idempotency key; tries end within the
// call's time; the command of a test sees nothing of the server's environment.
package lambda

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/fault"
	"parley/outbound/egress"
	"parley/outbound/signed"
)

// MaxAnswer is the largest answer that is read, in bytes: what a flow takes is
// 32 KB (Amazon Connect, Lambda functions), which the flow itself checks.
const MaxAnswer = 64 << 10

// tries: a call that fails is made up to three times more (Amazon Connect, Lambda
// functions: synchronous invocations are retried up to 3 times).
const tries = 4

// Options say which functions there are.
type Options struct {
	Client *egress.Client
	// Endpoint answers AWS's Invoke API for every function that has no target of its own; "" = none does.
	Endpoint string
	// Targets of functions by ARN or name, "*" for all others.
	Targets map[string]Target
	Keys    signed.Credentials
	Secret  signed.Secret
	// Output is where commands write their errors.
	Output io.Writer
}

// Target is where a function is: a webhook's URL or a command line of the shell.
type Target struct{ URL, Command string }

// ParseTarget reads "NAME=URL" or "NAME=exec:COMMAND".
func ParseTarget(text string) (name string, t Target, err error) {
	name, where, ok := strings.Cut(text, "=")
	command, isCommand := strings.CutPrefix(where, "exec:")
	switch {
	case !ok || name == "" || where == "" || isCommand && command == "":
		return "", t, fmt.Errorf("%.50q must be NAME=URL or NAME=exec:COMMAND", name)
	case isCommand:
		return name, Target{Command: command}, nil
	}
	return name, Target{URL: where}, nil
}

// Functions invokes functions. It is safe for concurrent use.
type Functions struct{ o Options }

// New returns the functions.
func New(o Options) *Functions { return &Functions{o} }

// Call is one invocation.
type Call struct {
	Key      string // the idempotency key
	Function string // ARN or name
	Event    json.RawMessage
}

// Invoke invokes a function and returns its answer.
func (f *Functions) Invoke(ctx context.Context, c Call) (json.RawMessage, error) {
	name := parseName(c.Function)
	t, ok := f.target(c.Function, name)
	switch {
	case ok && t.Command != "":
		return f.run(ctx, t.Command, c)
	case ok:
		return f.post(ctx, t.URL, c)
	case f.o.Endpoint != "":
		return f.invoke(ctx, name, c)
	}
	return nil, fault.New(fault.NotFound, "no function %.100q is configured: see --function and --lambda-endpoint", name.name)
}

// Knows reports whether it is configured where a function is.
func (f *Functions) Knows(function string) bool {
	_, ok := f.target(function, parseName(function))
	return ok || f.o.Endpoint != ""
}

// target finds a function's own target: by what the flow wrote, by its name and
// qualifier, by its name, or that of all functions.
func (f *Functions) target(function string, n name) (Target, bool) {
	for _, key := range []string{function, n.name + ":" + n.qualifier, n.name, "*"} {
		if t, ok := f.o.Targets[key]; ok {
			return t, true
		}
	}
	return Target{}, false
}

// name is a function's name, taken apart.
type name struct{ region, name, qualifier string }

// parseName reads NAME, NAME:QUALIFIER, ACCOUNT:function:NAME or an ARN of a function.
func parseName(text string) (n name) {
	parts := strings.Split(text, ":")
	if len(parts) >= 7 && parts[0] == "arn" && parts[2] == "lambda" {
		n.region = parts[3]
		parts = parts[5:]
	}
	if len(parts) >= 2 && parts[0] == "function" {
		parts = parts[1:]
	} else if len(parts) >= 3 && parts[1] == "function" {
		parts = parts[2:]
	}
	n.name = parts[0]
	if len(parts) > 1 {
		n.qualifier = parts[1]
	}
	return n
}

// post invokes a webhook: the event is the body, the answer's body the function's.
func (f *Functions) post(ctx context.Context, url string, c Call) (json.RawMessage, error) {
	a, err := f.o.Client.Do(ctx, egress.Request{
		URL: url, Header: headers(c), Body: c.Event, MaxAnswer: MaxAnswer, Tries: tries, Sign: f.o.Secret.Webhook(c.Key, c.Event),
	})
	if err != nil {
		return nil, err
	}
	return answered(a)
}

// invoke uses AWS's Invoke API (POST /2015-03-31/functions/NAME/invocations).
func (f *Functions) invoke(ctx context.Context, n name, c Call) (json.RawMessage, error) {
	header := headers(c)
	header.Set("X-Amz-Invocation-Type", "RequestResponse")
	custom, err := json.Marshal(map[string]any{"custom": map[string]string{"idempotencyKey": c.Key}})
	if err != nil {
		return nil, err
	}
	header.Set("X-Amz-Client-Context", base64.StdEncoding.EncodeToString(custom))
	target := strings.TrimSuffix(f.o.Endpoint, "/") + "/2015-03-31/functions/" + egress.Segment(n.name) + "/invocations"
	if n.qualifier != "" {
		target += "?Qualifier=" + url.QueryEscape(n.qualifier)
	}
	a, err := f.o.Client.Do(ctx, egress.Request{
		URL: target, Header: header, Body: c.Event, MaxAnswer: MaxAnswer, Tries: tries, Sign: f.o.Keys.AWS("lambda", n.region, c.Event),
		Again: func(a egress.Answer) bool { return egress.Busy(a) || failed(a) },
	})
	if err != nil {
		return nil, err
	}
	return answered(a)
}

func headers(c Call) http.Header {
	return http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {c.Key}}
}

// failed: the function was invoked and ended in an error (Invoke, X-Amz-Function-Error).
func failed(a egress.Answer) bool { return a.Header.Get("X-Amz-Function-Error") != "" }

// answered is what an HTTP answer means.
func answered(a egress.Answer) (json.RawMessage, error) {
	switch {
	case failed(a):
		return nil, fault.New(fault.Rule, "the function ended in an error")
	case !a.OK():
		return nil, fault.New(fault.Unavailable, "the function's endpoint answered %d", a.Status)
	}
	return whole(a.Body)
}

// whole refuses what is no JSON.
func whole(body []byte) (json.RawMessage, error) {
	if !json.Valid(body) {
		return nil, fault.New(fault.Rule, "the function's answer is no JSON")
	}
	return body, nil
}
