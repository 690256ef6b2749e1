package outbound_test

import (
	"net/http"
	"testing"

	"parley/e2e/harness"
)

// TestALoopOverWhatAFunctionAnswered says something of each element of the list, in order, and goes on after the last one.
func TestALoopOverWhatAFunctionAnswered(t *testing.T) {
	t.Parallel()
	url := serve(t, func(*http.Request, map[string]any) any {
		return map[string]any{"orders": []any{map[string]any{"id": "a1", "state": "sent"}, map[string]any{"id": "b2", "state": "packed"}}}
	})
	s := harness.Start(t, loopback("--function", "orders="+url))
	call := Invoke(function, "failed")
	call.Parameters["ResponseValidation"] = map[string]any{"ResponseType": "JSON"}
	loop := harness.Block{
		ID: "loop", Type: "Loop", Parameters: map[string]any{"LoopItems": "$.External.orders", "LoopName": "order"},
		Cases: map[string]string{"ContinueLooping": "each", "DoneLooping": "done"}, Errors: map[string]string{"NoMatchingError": "failed"},
	}
	chat := s.Join(harness.WithFlow(s.Flow("Loop", call, loop,
		harness.Say("$.Loop.order.Index: $.Loop.order.Element.id is $.Loop.order.Element.state").Named("each").Then("loop"),
		harness.Say("that is all").Named("done").Then("wait"),
		harness.Say("failed").Named("failed").Then("wait"), harness.Wait(harness.Week).Named("wait"))))
	chat.Socket.AwaitText("that is all")
	said := ""
	for _, item := range chat.Socket.Items() {
		if item.Type == "MESSAGE" {
			said += item.Content + "|"
		}
	}
	if want := "0: a1 is sent|1: b2 is packed|that is all|"; said != want {
		t.Errorf("said %q, want %q", said, want)
	}
}
