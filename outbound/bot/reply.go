package bot

import (
	"encoding/json"
	"maps"
)

// Reply is the answer to a Turn: what RecognizeText of Lex V2 answers, as far as
// our own bots need it.
type Reply struct {
	Messages        []Message        `json:"messages,omitempty"`
	State           State            `json:"sessionState"`
	Interpretations []Interpretation `json:"interpretations,omitempty"`
	SessionID       string           `json:"sessionId"`
}

// Message is what a bot says.
type Message struct {
	Content     string `json:"content"`
	ContentType string `json:"contentType"` // PlainText or CustomPayload
}

// State is where the conversation stands.
type State struct {
	DialogAction *DialogAction     `json:"dialogAction,omitempty"`
	Intent       *Intent           `json:"intent,omitempty"`
	Attributes   map[string]string `json:"sessionAttributes"`
}

// DialogAction is what the bot does next: ElicitIntent listens, Close ends the conversation.
type DialogAction struct {
	Type string `json:"type"`
}

// Intent is what the customer wants.
type Intent struct {
	Name  string           `json:"name"`
	State string           `json:"state"` // InProgress, ReadyForFulfillment, Failed
	Slots map[string]*Slot `json:"slots"`
}

// Slot is a value that the bot found.
type Slot struct {
	Value SlotValue `json:"value"`
}

// SlotValue is what was said, and what it means.
type SlotValue struct {
	OriginalValue    string   `json:"originalValue"`
	InterpretedValue string   `json:"interpretedValue"`
	ResolvedValues   []string `json:"resolvedValues"`
}

// Interpretation is one reading of what the customer said.
type Interpretation struct {
	Intent     Intent         `json:"intent"`
	Confidence map[string]any `json:"nluConfidence,omitempty"`
	Source     string         `json:"interpretationSource,omitempty"`
}

func slot(value string) *Slot {
	return &Slot{SlotValue{OriginalValue: value, InterpretedValue: value, ResolvedValues: []string{value}}}
}

// reply begins the answer to a turn: the bot listens, and the attributes are kept.
func (t Turn) reply() Reply {
	attributes := maps.Clone(t.State.Attributes)
	if attributes == nil {
		attributes = map[string]string{}
	}
	return Reply{SessionID: t.SessionID, State: State{DialogAction: &DialogAction{"ElicitIntent"}, Attributes: attributes}}
}

// say adds a text.
func (r *Reply) say(text string) {
	r.Messages = append(r.Messages, Message{Content: text, ContentType: "PlainText"})
}

// understand sets the intent, and ends the conversation with it.
func (r *Reply) understand(name, state string, slots map[string]*Slot) {
	if slots == nil {
		slots = map[string]*Slot{}
	}
	i := Intent{Name: name, State: state, Slots: slots}
	r.State.Intent, r.State.DialogAction = &i, &DialogAction{"Close"}
	r.Interpretations = []Interpretation{{Intent: i, Source: "Lex"}}
}

func (r Reply) encode() (json.RawMessage, error) { return json.Marshal(r) }
