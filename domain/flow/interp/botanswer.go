package interp

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"parley/domain/flow"
)

// Content types of chat messages.
const (
	plainText           = "text/plain"
	interactive         = "application/vnd.amazonaws.connect.message.interactive"
	interactiveResponse = "application/vnd.amazonaws.connect.message.interactive.response"
)

// botAnswer is what a bot answers (Amazon Lex V2, RecognizeText).
type botAnswer struct {
	Messages []botMessage `json:"messages"`
	State    struct {
		DialogAction struct {
			Type string `json:"type"`
		} `json:"dialogAction"`
		Intent            botIntent         `json:"intent"`
		SessionAttributes map[string]string `json:"sessionAttributes"`
	} `json:"sessionState"`
	Interpretations []interpretation `json:"interpretations"`
}

type botMessage struct {
	Content     string `json:"content"`
	ContentType string `json:"contentType"`
}

type botIntent struct {
	Name  string             `json:"name"`
	State string             `json:"state"`
	Slots map[string]botSlot `json:"slots"`
}

type botSlot struct {
	Value  *slotValue `json:"value"`
	Values []botSlot  `json:"values"`
}

type slotValue struct {
	Original    string `json:"originalValue"`
	Interpreted string `json:"interpretedValue"`
}

type interpretation struct {
	Intent     botIntent `json:"intent"`
	Confidence *struct {
		Score float64 `json:"score"`
	} `json:"nluConfidence"`
	Sentiment *struct {
		Label  string `json:"sentiment"`
		Scores struct {
			Positive float64 `json:"positive"`
			Negative float64 `json:"negative"`
			Neutral  float64 `json:"neutral"`
			Mixed    float64 `json:"mixed"`
		} `json:"sentimentScore"`
	} `json:"sentimentResponse"`
}

// over reports whether the bot is done: it asks nothing more, and its intent is
// fulfilled, ready to be, or failed.
func (b *botAnswer) over() bool {
	switch b.State.DialogAction.Type {
	case "Close":
		return true
	case "ElicitIntent", "ElicitSlot", "ConfirmIntent":
		return false
	}
	switch b.State.Intent.State {
	case "Fulfilled", "ReadyForFulfillment", "Failed":
		return true
	}
	return false
}

func (b *botAnswer) sentiment() string {
	if len(b.Interpretations) == 0 || b.Interpretations[0].Sentiment == nil {
		return ""
	}
	return b.Interpretations[0].Sentiment.Label
}

// object is a JSON object that we write.
type object = map[string]any

// namespace is what is kept of $.Lex, each thing once; lexValue finds it under its other names.
func (b *botAnswer) namespace() object {
	lex := object{
		"IntentName": b.State.Intent.Name, "DialogState": b.State.Intent.State,
		"Slots": b.State.Intent.slots(), "SessionAttributes": b.State.SessionAttributes,
	}
	others := []object{}
	for i, one := range b.Interpretations {
		switch {
		case i == 0:
			one.describe(lex)
		case one.Intent.Name != "":
			other := object{"IntentName": one.Intent.Name, "Slots": one.Intent.slots()}
			one.describe(other)
			others = append(others, other)
		}
	}
	lex[alternates] = others
	return lex
}

// alternates is where the other intents that a bot thought of are kept.
const alternates = "AlternateIntents"

// lexValue looks a path of $.Lex up. Two spellings of the other intents are documented,
// and each is found by its place, from 0, and by its name.
func lexValue(at func(flow.Path) (flow.Value, bool), path flow.Path) (flow.Value, bool) {
	if len(path) == 0 || path[0] != alternates && path[0] != "AlternativeIntents" {
		return at(path)
	}
	path = append(flow.Path{alternates}, path[1:]...)
	if len(path) < 2 {
		return at(path)
	}
	name := path[1]
	for i := 0; ; i++ {
		index := strconv.Itoa(i)
		intent, ok := at(flow.Path{alternates, index, "IntentName"})
		if !ok {
			return at(path)
		}
		if intent.String() == name {
			path[1] = index
			return at(path)
		}
	}
}

func (p *interpretation) describe(in object) {
	if p.Confidence != nil {
		in["IntentConfidence"] = object{"Score": p.Confidence.Score}
	}
	if s := p.Sentiment; s != nil {
		in["SentimentResponse"] = object{"Label": s.Label, "Scores": object{
			"Positive": s.Scores.Positive, "Negative": s.Scores.Negative, "Neutral": s.Scores.Neutral, "Mixed": s.Scores.Mixed,
		}}
	}
}

func (b *botIntent) slots() object {
	all := object{}
	for name, slot := range b.Slots {
		if v := slot.value(); v != nil {
			all[name] = v
		}
	}
	return all
}

// value is a text, or a list of texts for a slot with several values; nil if it is empty.
func (s *botSlot) value() any {
	switch {
	case len(s.Values) > 0:
		list := []any{}
		for i := range s.Values {
			list = append(list, s.Values[i].value())
		}
		return list
	case s.Value == nil:
		return nil
	case s.Value.Interpreted == "":
		return s.Value.Original
	}
	return s.Value.Interpreted
}

// chat is the message as a chat shows it: a CustomPayload that is one of the
// templates of interactive messages as such, speech without its marks, and no
// cards, which a chat cannot show.
func (b botMessage) chat() (contentType, content string) {
	switch b.ContentType {
	case "ImageResponseCard":
		return "", ""
	case "SSML":
		return plainText, strings.TrimSpace(speechMark.ReplaceAllString(b.Content, ""))
	case "CustomPayload":
		var template struct {
			Type string `json:"templateType"`
		}
		if json.Unmarshal([]byte(b.Content), &template) == nil && template.Type != "" {
			return interactive, b.Content
		}
	}
	return plainText, b.Content
}

var speechMark = regexp.MustCompile(`<[^>]*>`)
