package bot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"parley/internal/fault"
	"parley/outbound/egress"
)

// model is a chat model that speaks OpenAI's protocol (POST …/chat/completions).
type model struct {
	// URL is the base, for instance https://api.openai.com/v1.
	URL   string `json:"url"`
	Model string `json:"model"`
	// System is what the model is told of its task.
	System string `json:"system"`
	// Intents are those with which the model may end the conversation.
	Intents []string `json:"intents"`
	// MaxTokens bounds an answer; 500 by default.
	MaxTokens   int      `json:"maxTokens"`
	Temperature *float64 `json:"temperature"`
	// History is how many messages back the model sees; 20 by default.
	History int `json:"history"`
	// KeyFile holds the key.
	KeyFile string `json:"keyFile"`

	client *egress.Client
	key    string
}

// Defaults (our choice).
const (
	usualModel   = "gpt-4o-mini"
	usualTokens  = 500
	usualHistory = 20
	usualSystem  = "You answer the customers of a company in a chat, briefly and kindly. You do not make up what you do not know."
)

// openModel reads URL#MODEL, or a JSON file with the members of model.
func (o Options) openModel(at string) (m *model, err error) {
	m = &model{}
	if strings.HasPrefix(at, "http://") || strings.HasPrefix(at, "https://") {
		m.URL, m.Model, _ = strings.Cut(at, "#")
	} else if err := m.read(at); err != nil {
		return nil, err
	}
	m.Model, m.System = cmp.Or(m.Model, usualModel), cmp.Or(m.System, usualSystem)
	m.MaxTokens, m.History = cmp.Or(m.MaxTokens, usualTokens), cmp.Or(m.History, usualHistory)
	m.client, m.key = o.Client, o.ModelKey
	if m.KeyFile != "" {
		raw, err := os.ReadFile(m.KeyFile)
		if err != nil {
			return nil, err
		}
		m.key = strings.TrimSpace(string(raw))
	}
	return m, o.Policy.Check(m.URL)
}

func (m *model) read(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// instructions are the system prompt: the operator's, and how to end the conversation.
func (m *model) instructions(locale string) string {
	text := m.System + "\nThe customer's language is " + locale + "."
	if len(m.Intents) == 0 {
		return text
	}
	return text + "\nWhen you know that the customer wants one of the following, write as the last line of your answer only " +
		"INTENT: and its name; you may add what you learned as a JSON object of strings, as in INTENT: Order {\"number\":\"123\"}. " +
		"Never mention these lines. The names are: " + strings.Join(m.Intents, ", ") + "."
}

func (m *model) ask(ctx context.Context, c Call, said func(string)) (json.RawMessage, error) {
	t, err := c.parse()
	if err != nil {
		return nil, err
	}
	r := t.reply()
	answer, err := m.complete(ctx, c.Key, t, said)
	if err != nil {
		return nil, err
	}
	r.remember(m.History, turn{"user", t.Text}, turn{"assistant", answer.text})
	if answer.text != "" {
		r.say(answer.text)
	}
	if name, slots, ok := m.intent(answer.intent); ok {
		r.understand(name, "ReadyForFulfillment", slots)
	}
	return r.encode()
}

// completion is the body of a call.
type completion struct {
	Model       string   `json:"model"`
	Messages    []turn   `json:"messages"`
	Stream      bool     `json:"stream"`
	MaxTokens   int      `json:"max_tokens"`
	Temperature *float64 `json:"temperature,omitempty"`
}

// complete asks the model. A text whose beginning was shown is an answer, even if
// the rest of it never came: what people saw is what stays.
func (m *model) complete(ctx context.Context, key string, t Turn, said func(string)) (*sieve, error) {
	messages := slices.Concat([]turn{{"system", m.instructions(locale(t))}}, recall(t.State.Attributes), []turn{{"user", t.Text}})
	body, err := json.Marshal(completion{Model: m.Model, Messages: messages, Stream: true, MaxTokens: m.MaxTokens, Temperature: m.Temperature})
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"text/event-stream"}, "Idempotency-Key": {key}}
	if m.key != "" {
		header.Set("Authorization", "Bearer "+m.key)
	}
	out := &sieve{said: said}
	a, err := m.client.Stream(ctx, egress.Request{
		URL: strings.TrimSuffix(m.URL, "/") + "/chat/completions", Header: header, Body: body, MaxAnswer: maxStream, Tries: tries,
	}, out.event)
	if err == nil {
		err = out.plain(a)
	}
	out.finish()
	if err != nil && !(out.shown && out.text != "") {
		return nil, err
	}
	return out, nil
}

// maxStream bounds a streamed answer in bytes: some 200 for each token.
const maxStream = 2 << 20

// plain takes an answer that was not streamed.
func (s *sieve) plain(a egress.Answer) error {
	if !a.OK() {
		return fault.New(fault.Unavailable, "the model's endpoint answered %d", a.Status)
	}
	if a.Body == nil {
		return nil
	}
	var whole struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(a.Body, &whole); err != nil || len(whole.Choices) == 0 {
		return fault.New(fault.Rule, "the model's answer has no choices")
	}
	return s.add(whole.Choices[0].Message.Content)
}

// event takes one event of the stream.
func (s *sieve) event(data []byte) error {
	if string(data) == "[DONE]" {
		return egress.ErrEnough
	}
	var part struct {
		Choices []struct {
			Delta struct {
				Content string `json:"content"`
			} `json:"delta"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(data, &part); err != nil {
		return fault.New(fault.Rule, "the model's stream is no JSON")
	}
	if len(part.Choices) == 0 { // usage, or a comment
		return nil
	}
	return s.add(part.Choices[0].Delta.Content)
}

// intent reads what follows INTENT: a name, and slots as a JSON object.
func (m *model) intent(line string) (name string, slots map[string]*Slot, ok bool) {
	name, rest, _ := strings.Cut(line, "{")
	name = strings.Trim(name, " \t`*.\"")
	if !slices.Contains(m.Intents, name) {
		return "", nil, false
	}
	var values map[string]any
	_ = json.Unmarshal([]byte("{"+rest), &values) // what cannot be read are no slots
	slots = map[string]*Slot{}
	for k, v := range values {
		slots[k] = slot(fmt.Sprint(v))
	}
	return name, slots, true
}
