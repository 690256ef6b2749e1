package bot

import "encoding/json"

// turn is one message of a conversation with a model.
type turn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// history is the session attribute that holds what was said before: it lies in
// the flow's run, so that any node goes on after any crash.
const history = "history"

// maxHistory bounds it in bytes (our choice): the oldest turns are forgotten first.
const maxHistory = 12_000

// recall returns what was said before.
func recall(attributes map[string]string) (turns []turn) {
	_ = json.Unmarshal([]byte(attributes[history]), &turns) // what cannot be read was not ours
	return turns
}

// remember adds turns, and forgets the oldest beyond so many and so large.
func (r *Reply) remember(most int, more ...turn) {
	turns := append(recall(r.State.Attributes), more...)
	turns = turns[max(0, len(turns)-most):]
	for {
		raw, err := json.Marshal(turns)
		if err != nil || len(turns) == 0 {
			return
		}
		if len(raw) <= maxHistory {
			r.State.Attributes[history] = string(raw)
			return
		}
		turns = turns[1:]
	}
}
