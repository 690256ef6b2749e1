package history_test

import (
	"testing"

	"parley/e2e/durability/history"
)

func TestFrame(t *testing.T) {
	const message = `"{\"Id\":\"1\",\"Type\":\"MESSAGE\",\"ContentType\":\"text/plain\",\"AbsoluteTime\":\"2026-01-02T03:04:05.678Z\",\"Content\":\"hello\"}"`
	for name, c := range map[string]struct {
		text, topic string
		item        history.Item
		bad         bool
	}{
		"a message":       {`{"topic":"aws/chat","content":` + message + `}`, "aws/chat", history.Item{ID: "1", Time: "2026-01-02T03:04:05.678Z", Text: "hello"}, false},
		"typing":          {`{"topic":"aws/chat","content":"{\"Id\":\"2\",\"Type\":\"EVENT\",\"ContentType\":\"application/vnd.amazonaws.connect.event.typing\"}"}`, "aws/chat", history.Item{}, false},
		"another topic":   {`{"topic":"aws/heartbeat"}`, "aws/heartbeat", history.Item{}, false},
		"no JSON":         {`x`, "", history.Item{}, true},
		"no text inside":  {`{"topic":"aws/chat","content":{}}`, "aws/chat", history.Item{}, true},
		"no item in that": {`{"topic":"aws/chat","content":"x"}`, "aws/chat", history.Item{}, true},
	} {
		topic, item, err := history.Frame([]byte(c.text))
		var got history.Item
		if item != nil {
			got = *item
		}
		if topic != c.topic || got != c.item || err != nil != c.bad {
			t.Errorf("%s: %q, %+v, %v", name, topic, got, err)
		}
	}
}
