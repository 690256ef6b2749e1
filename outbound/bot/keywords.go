package bot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// keywords is a bot that looks for patterns in what the customer says: for tests and small sites.
type keywords struct {
	// Intents are tried in their order; the first that matches is meant.
	Intents []keywordIntent `json:"intents"`
	// Fallback is for what nothing matches.
	Fallback fallback `json:"fallback"`
}

type keywordIntent struct {
	Name string `json:"name"`
	// Patterns are regular expressions (RE2), without case; a named group is a slot.
	Patterns []string          `json:"patterns"`
	Slots    map[string]string `json:"slots"`
	Messages []phrase          `json:"messages"`
	// Attributes are set in the conversation.
	Attributes map[string]string `json:"attributes"`
	// Continue: the bot answers and goes on listening; otherwise the intent ends the conversation.
	Continue bool `json:"continue"`

	compiled []*regexp.Regexp
}

type fallback struct {
	Name     string   `json:"name"` // FallbackIntent by default
	Messages []phrase `json:"messages"`
	// Tries is how often the customer is asked again before the intent Name ends the conversation; 0 = never again.
	Tries int `json:"tries"`
}

// phrase is a text, or a Message with its content type.
type phrase Message

// UnmarshalJSON reads a string or an object.
func (p *phrase) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &p.Content); err == nil {
		p.ContentType = "PlainText"
		return nil
	}
	return json.Unmarshal(raw, (*Message)(p))
}

// missed is the session attribute that counts what was not understood.
const missed = "missed"

// readKeywords reads a bot from a JSON file.
func readKeywords(path string) (*keywords, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := &keywords{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(b); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i := range b.Intents {
		if err := b.Intents[i].compile(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return b, nil
}

func (i *keywordIntent) compile() error {
	if i.Name == "" || len(i.Patterns) == 0 {
		return fmt.Errorf("each intent needs a name and patterns")
	}
	for _, text := range i.Patterns {
		p, err := regexp.Compile("(?i)" + text)
		if err != nil {
			return fmt.Errorf("intent %s: %w", i.Name, err)
		}
		i.compiled = append(i.compiled, p)
	}
	return nil
}

func (b *keywords) ask(_ context.Context, c Call, _ func(string)) (json.RawMessage, error) {
	t, err := c.parse()
	if err != nil {
		return nil, err
	}
	r := t.reply()
	for i := range b.Intents {
		if slots, ok := b.Intents[i].match(t.Text); ok {
			b.Intents[i].answer(&r, slots)
			return r.encode()
		}
	}
	b.Fallback.answer(&r)
	return r.encode()
}

// match finds the first pattern that matches, and its slots.
func (i *keywordIntent) match(text string) (map[string]*Slot, bool) {
	for _, p := range i.compiled {
		found := p.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		slots := map[string]*Slot{}
		for name, value := range i.Slots {
			slots[name] = slot(value)
		}
		for n, name := range p.SubexpNames() {
			if name != "" && found[n] != "" {
				slots[name] = slot(found[n])
			}
		}
		return slots, true
	}
	return nil, false
}

func (i *keywordIntent) answer(r *Reply, slots map[string]*Slot) {
	delete(r.State.Attributes, missed)
	for k, v := range i.Attributes {
		r.State.Attributes[k] = v
	}
	r.all(i.Messages)
	if i.Continue {
		return
	}
	r.understand(i.Name, "ReadyForFulfillment", slots)
}

// answer asks again, or gives up with the fallback intent, as Lex does with its own.
func (f fallback) answer(r *Reply) {
	n, _ := strconv.Atoi(r.State.Attributes[missed])
	if n < f.Tries {
		r.State.Attributes[missed] = strconv.Itoa(n + 1)
		r.all(f.Messages)
		return
	}
	delete(r.State.Attributes, missed)
	r.understand(cmp.Or(f.Name, "FallbackIntent"), "ReadyForFulfillment", nil)
}

func (r *Reply) all(phrases []phrase) {
	for _, p := range phrases {
		r.Messages = append(r.Messages, Message(p))
	}
}
