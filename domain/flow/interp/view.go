package interp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"parley/domain/flow"
)

// defaultViewSeconds is the time limit of a view that sets none (the console's
// default).
const defaultViewSeconds = 400

// showView sends a view and waits for what its reader does.
func showView(m *machine, a *flow.Action) result {
	resource := a.Parameters.Field("ViewResource")
	ref, ok := m.text(resource.Field("Id"))
	if !ok || ref == "" {
		return m.plainly("there is no view id")
	}
	version, _ := m.text(resource.Field("Version"))
	view, err := m.world.View(ref, version)
	if err != nil {
		return m.plainly("the view cannot be used")
	}
	data := json.RawMessage(`{}`)
	if p := a.Parameters.Field("ViewData"); p.Present() {
		if data, ok = m.json(p, flow.MaxAttributeBytes); !ok {
			return m.plainly("the view's data is too large")
		}
	}
	if err := m.world.ShowView(m.token(), view, data); err != nil {
		return m.plainly("the view cannot be sent: " + err.Error())
	}
	seconds, ok := m.integer(a.Parameters.Field("InvocationTimeLimitSeconds"))
	if !ok || seconds < 1 || seconds > maxWait {
		seconds = defaultViewSeconds
	}
	hidden := m.texts(a.Parameters.Field("SensitiveDataConfiguration").Field("HideResponseOn"))
	return stop(Outcome{
		Kind: Blocked, Until: m.after(seconds), Events: []string{customerInput}, hide: slices.Contains(hidden, "TRANSCRIPT"),
	})
}

// token names one showing of a view. It finds the view for who has the chat's
// own token; it is no secret.
func (m *machine) token() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "view %s %d", m.run.ID, m.run.Steps))
	return hex.EncodeToString(sum[:16])
}

// resumeView takes what the reader of a view did. What is typed past the view
// matches no condition.
func resumeView(m *machine, _ *flow.Action, in Input) (result, bool) {
	switch in := in.(type) {
	case Timer:
		return fail("TimeLimitExceeded", "nobody answered in time"), !m.now.Before(m.run.Wait.Until)
	case CustomerMessage:
		return m.viewAnswered(in), true
	}
	return result{}, false
}

func (m *machine) viewAnswered(in CustomerMessage) result {
	var reply struct {
		Action *string         `json:"action"`
		Data   json.RawMessage `json:"data"`
	}
	tooDeep := flow.TooDeep([]byte(in.Content))
	if in.ContentType != interactiveResponse || tooDeep || json.Unmarshal([]byte(in.Content), &reply) != nil || reply.Action == nil {
		m.run.Views = m.encode(object{"Action": "", "ViewResultData": object{"content": in.Content}})
		return fail(flow.NoMatchingCondition, "the answer is none of the view")
	}
	if len(reply.Data) == 0 {
		reply.Data = json.RawMessage(`{}`)
	}
	m.run.Views = m.encode(object{"Action": *reply.Action, "ViewResultData": reply.Data})
	return value(*reply.Action)
}
