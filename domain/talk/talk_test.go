package talk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/talk"
	"parley/domain/transcript"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

// say is a message of somebody: "customer", "ann" and "ben", who are agents, "boss", a supervisor, "bot" or "flow".
func say(second int, who, text string) transcript.Item {
	role := map[string]transcript.Role{"customer": transcript.Customer, "boss": transcript.Supervisor, "bot": transcript.CustomBot, "flow": transcript.System}[who]
	if role == "" {
		role = transcript.Agent
	}
	return transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: text, Time: at(second), Author: transcript.Author{ParticipantID: who, Role: role},
	}
}

func count(agent string, items ...transcript.Item) talk.Metrics {
	c := talk.NewCounter(agent)
	for i := range items {
		c.Add(&items[i])
	}
	return c.Metrics()
}

func TestACounterFollowsTheConversation(t *testing.T) {
	party := func(messages, chars, last, responses int, took, longest time.Duration) talk.Party {
		return talk.Party{Share: talk.Share{Messages: messages, Chars: chars}, Last: at(last), Responses: responses, Took: took * time.Second, Longest: longest * time.Second}
	}
	event, file, whisper := say(3, "ann", "x"), say(4, "ann", "x"), say(5, "flow", "x")
	event.Type, file.Type, whisper.Visibility = transcript.Event, transcript.Attachment, transcript.AgentOnly
	menu := say(2, "flow", `{"data":{"title":"abc"},"version":"1"}`)
	menu.ContentType = "application/vnd.amazonaws.connect.message.interactive"
	for name, w := range map[string]struct {
		got, want talk.Metrics
	}{
		"nobody says anything":   {count("ann"), talk.Metrics{}},
		"what is no message":     {count("ann", event, file, whisper), talk.Metrics{}},
		"characters, not bytes":  {count("", say(1, "customer", "grüß 京")), talk.Metrics{Messages: 1, Customer: party(1, 6, 1, 0, 0, 0)}},
		"the texts of a menu":    {count("", menu), talk.Metrics{Messages: 1, Bot: talk.Share{Messages: 1, Chars: len("abc\n1")}}},
		"the agent speaks first": {count("ann", say(1, "ann", "hi")), talk.Metrics{Messages: 1, Agent: party(1, 2, 1, 0, 0, 0), First: at(1)}},
		"turns, each since it began": {
			count("ann", say(1, "customer", "a"), say(4, "customer", "b"), say(7, "ann", "c"), say(8, "ann", "d"), say(18, "customer", "e"), say(19, "ann", "f")),
			talk.Metrics{Messages: 6, Turns: 2, Customer: party(3, 3, 18, 1, 11, 11), Agent: party(3, 3, 19, 2, 7, 6), First: at(7)},
		},
		"a bot has answered": {
			count("ann", say(1, "customer", "a"), say(2, "bot", "bb"), say(9, "ann", "c"), say(10, "customer", "d")),
			talk.Metrics{Messages: 4, Turns: 1, Bot: talk.Share{Messages: 1, Chars: 2}, Customer: party(2, 2, 10, 1, 1, 1), Agent: party(1, 1, 9, 0, 0, 0), First: at(9)},
		},
		"colleagues answer": {
			count("ann", say(1, "customer", "a"), say(2, "ben", "b"), say(3, "boss", "c"), say(4, "customer", "d"), say(6, "ann", "e")),
			talk.Metrics{Messages: 5, Turns: 2, Customer: party(2, 2, 4, 0, 0, 0), Agent: party(1, 1, 6, 1, 2, 2), First: at(6)},
		},
		"nobody took it": {
			count("", say(1, "customer", "a"), say(2, "flow", strings.Repeat("b", 9))),
			talk.Metrics{Messages: 2, Turns: 1, Bot: talk.Share{Messages: 1, Chars: 9}, Customer: party(1, 1, 1, 0, 0, 0)},
		},
	} {
		if diff := cmp.Diff(w.want, w.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
