package flowrun

import "encoding/json"

// MakeAtOnce bounds how many calls are made at once; before the first one.
func (r *Runner) MakeAtOnce(n int) { r.calls = newCalls(n) }

// AsLogged is how flow logs write the parameters of a module.
func AsLogged(module string, parameters json.RawMessage) []json.RawMessage {
	return asLogged(module, parameters)
}
