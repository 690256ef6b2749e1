package interp

import (
	"bytes"
	"encoding/json"
	"time"

	"parley/domain/flow"
)

// Bounds of a function call (Amazon Connect: 1 to 8 seconds, 60 asynchronously;
// an answer of 32 KB).
const (
	maxLambdaSeconds = 8
	maxAsyncSeconds  = 60
	maxAnswer        = 32 << 10
)

// maxAsync bounds the asynchronous calls of a run whose results nobody took
// (our choice); of more the oldest are forgotten.
const maxAsync = 16

// invokeLambda calls a function, or takes the result of an asynchronous call
// ("Load Lambda result", whose spelling in the language AWS does not document: ours
// is LambdaInvocationId).
func invokeLambda(m *machine, a *flow.Action) result {
	if id := a.Parameters.Field("LambdaInvocationId"); id.Present() {
		return loadLambda(m, id)
	}
	function, ok := m.text(a.Parameters.Field("LambdaFunctionARN"))
	if !ok || function == "" {
		return refuse("there is no function")
	}
	kind, _ := m.text(a.Parameters.Field("InvocationType"))
	async := kind == "ASYNCHRONOUS"
	event, ok := m.lambdaEvent(a)
	if !ok {
		return refuse("the parameters are too large")
	}
	timeout := m.lambdaTimeout(a, async)
	return m.callOut(Call{Kind: KindLambda, Target: function, Payload: event, Timeout: timeout, Async: async})
}

// lambdaTimeout is the block's time limit. Hand-written flows ask for more than
// there is, and some for nothing: they get the most (our choice).
func (m *machine) lambdaTimeout(a *flow.Action, async bool) time.Duration {
	most := maxLambdaSeconds
	if async {
		most = maxAsyncSeconds
	}
	seconds, ok := m.integer(a.Parameters.Field("InvocationTimeLimitSeconds"))
	if !ok || seconds < 1 || seconds > most {
		seconds = most
	}
	return time.Duration(seconds) * time.Second
}

func (m *machine) lambdaEvent(a *flow.Action) (json.RawMessage, bool) {
	parameters := json.RawMessage(`{}`)
	if p := a.Parameters.Field("LambdaInvocationAttributes"); p.Kind() == flow.Object {
		var ok bool
		if parameters, ok = m.json(p, flow.MaxAttributeBytes); !ok {
			return nil, false
		}
	}
	type details struct {
		ContactData, Parameters json.RawMessage
	}
	return m.encode(struct {
		Details details
		Name    string
	}{details{m.world.ContactData(), parameters}, "ContactFlowEvent"}), true
}

// resumeLambda takes the answer, or goes on without it. $.External is replaced,
// and after a failure it is as it was (our choice).
func resumeLambda(m *machine, a *flow.Action, in Input) (result, bool) {
	anyObject := jsonAnswer(a)
	switch in := in.(type) {
	case Started:
		call := *m.run.Call // it begins now
		call.Until = m.now.Add(call.Timeout + Grace).UTC()
		m.async(AsyncCall{Key: in.Key, JSON: anyObject, Call: &call})
		return done(), true
	case Result:
		if m.run.Call.Async {
			m.async(AsyncCall{Key: in.Key, JSON: anyObject})
			m.note(in)
			return done(), true
		}
		answer, cause := checkAnswer(in, anyObject)
		if cause != "" && in.Err == "" {
			return m.plainly(cause), true
		}
		if cause != "" {
			return refuse(cause), true
		}
		m.run.External, m.results = answer, string(answer)
		return done(), true
	}
	return result{}, false
}

// async remembers an asynchronous call of the run.
func (m *machine) async(c AsyncCall) {
	m.run.Invocation = c.Key
	m.run.Async = append(m.run.Async, c)
	m.run.Async = m.run.Async[max(0, len(m.run.Async)-maxAsync):]
}

func jsonAnswer(a *flow.Action) bool {
	return a.Parameters.Field("ResponseValidation").Field("ResponseType").Text().Source() == "JSON"
}

// loadLambda takes the result of an asynchronous call into $.External.
func loadLambda(m *machine, id flow.Param) result {
	key, _ := m.text(id)
	c := m.asyncCall(key)
	if c == nil {
		return refuse("there is no such asynchronous call")
	}
	if !c.Done {
		return refuse("the function has not answered")
	}
	return m.take(c)
}

// take moves the result of an asynchronous call into $.External.
func (m *machine) take(c *AsyncCall) result {
	if c.Err != "" {
		return refuse(c.Err)
	}
	m.run.External, m.results = c.Answer, string(c.Answer)
	return done()
}

// asyncCall returns the call with that key, the latest for "".
func (m *machine) asyncCall(key string) *AsyncCall {
	for i := len(m.run.Async) - 1; i >= 0; i-- {
		if c := &m.run.Async[i]; key == "" || c.Key == key {
			return c
		}
	}
	return nil
}

// checkAnswer holds a function's answer against its response type and returns
// it, or why it cannot be used. STRING_MAP is a flat object; numbers and booleans in
// it become texts (our choice). Anything else must be an object.
func checkAnswer(in Result, anyObject bool) (json.RawMessage, string) {
	answer := bytes.TrimSpace(in.Payload)
	switch {
	case in.Err != "":
		return nil, "the call failed: " + in.Err
	case len(answer) > maxAnswer:
		return nil, "the answer is larger than 32 KB"
	case flow.TooDeep(answer):
		return nil, "the answer nests deeper than 100 levels"
	case len(answer) == 0 || answer[0] != '{' || !json.Valid(answer):
		return nil, "the answer is no JSON object"
	case anyObject:
		return answer, ""
	}
	return stringMap(answer)
}

func stringMap(answer json.RawMessage) (json.RawMessage, string) {
	var members map[string]json.RawMessage
	if json.Unmarshal(answer, &members) != nil {
		return nil, "the answer is no JSON object"
	}
	texts := make(map[string]string, len(members))
	for k, raw := range members {
		if raw[0] == '{' || raw[0] == '[' {
			return nil, "the answer is not a flat map of strings"
		}
		texts[k] = flow.JSONValue(raw).String()
	}
	return encodeTexts(texts), ""
}
