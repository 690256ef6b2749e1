package interp

import "testing"

// When a bot is done: what it asks next counts before the state of its intent.
func TestWhenABotIsDone(t *testing.T) {
	states := []string{"", "InProgress", "Waiting", "Fulfilled", "ReadyForFulfillment", "Failed", "FulfillmentInProgress"}
	final := map[string]bool{"Fulfilled": true, "ReadyForFulfillment": true, "Failed": true}
	for _, state := range states {
		for action, want := range map[string]bool{
			"Close": true, "ElicitIntent": false, "ElicitSlot": false, "ConfirmIntent": false, "Delegate": final[state], "": final[state],
		} {
			var answer botAnswer
			answer.State.DialogAction.Type, answer.State.Intent.State = action, state
			if got := answer.over(); got != want {
				t.Errorf("%q with the intent %q: done %v, want %v", action, state, got, want)
			}
		}
	}
}

func TestWhatAChatShowsOfABotsMessage(t *testing.T) {
	for _, c := range []struct{ kind, content, wantType, want string }{
		{"PlainText", "a <b>", plainText, "a <b>"},
		{"", "a", plainText, "a"},
		{"SSML", "<speak>Hello <break time='1s'/>you</speak>", plainText, "Hello you"},
		{"ImageResponseCard", "x", "", ""},
		{"CustomPayload", `{"templateType":"ListPicker"}`, interactive, `{"templateType":"ListPicker"}`},
		{"CustomPayload", `{"templateType":7}`, plainText, `{"templateType":7}`},
		{"CustomPayload", `{}`, plainText, `{}`},
		{"CustomPayload", `text`, plainText, "text"},
	} {
		if kind, content := (botMessage{c.content, c.kind}).chat(); kind != c.wantType || content != c.want {
			t.Errorf("%s %s: %s %q", c.kind, c.content, kind, content)
		}
	}
}

// What a bot hears of the answers to interactive messages.
func TestWhatABotHears(t *testing.T) {
	for content, want := range map[string]string{
		`{"action":"ActionSelected","data":{"content":{"title":"A"}}}`: "A",
		`{"action":"x","data":{"title":"B"}}`:                          "B",
		`{"action":"SHOW_MORE","data":{"actionName":"SHOW_MORE"}}`:     "SHOW_MORE",
		`{"action":" ","data":{"content":"typed"}}`:                    "typed",
		`{"action":"x","data":{"content":{"title":["no text"]}}}`:      "x",
		`{"action":" "}`: `{"action":" "}`,
		`[1]`:            `[1]`,
	} {
		if got := spoken(CustomerMessage{ContentType: interactiveResponse, Content: content}); got != want {
			t.Errorf("%s: %q, want %q", content, got, want)
		}
	}
	if got := spoken(CustomerMessage{ContentType: plainText, Content: `{"action":"x"}`}); got != `{"action":"x"}` {
		t.Errorf("a text: %q", got)
	}
}
