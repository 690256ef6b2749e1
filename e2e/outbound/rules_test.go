package outbound_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// receiver takes events; it refuses the first attempt of each.
type receiver struct {
	mu    sync.Mutex
	tries map[string]int
	took  map[string]map[string]any
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := req.Header.Get("Webhook-Id")
	var event map[string]any
	if err := json.NewDecoder(req.Body).Decode(&event); err != nil || id == "" || event["id"] != id || req.Header.Get("Webhook-Signature") == "" {
		http.Error(w, "no event", http.StatusBadRequest)
		return
	}
	if r.tries[id]++; r.tries[id] == 1 {
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	r.took[id] = event
	w.WriteHeader(http.StatusNoContent)
}

// The event of a rule is sent until it is taken, under one id, also by a server that was killed meanwhile.
func TestRulesSendEvents(t *testing.T) {
	t.Parallel()
	const chats = 6
	r := &receiver{tries: map[string]int{}, took: map[string]map[string]any{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	s := harness.Start(t, loopback("--rule-events", server.URL), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	_, err := s.Connect().CreateRule(context.Background(), &connect.CreateRuleInput{
		InstanceId: &s.InstanceID, Name: aws.String("Refund"), PublishStatus: types.RulePublishStatusPublished,
		TriggerEventSource: &types.RuleTriggerEventSource{EventSourceName: types.EventSourceNameOnPostChatAnalysisAvailable},
		Function:           aws.String(`{"Version":"2022-11-25","RuleFunction":{"Operator":"AND","Operands":[{"Operator":"CONTAINS_ANY","Operands":["refund"],"ComparisonValue":"$.ContactLens.PostChat.ExactMatch.Transcript"}]}}`),
		Actions: []types.RuleAction{
			{ActionType: types.ActionTypeAssignContactCategory, AssignContactCategoryAction: &types.AssignContactCategoryActionDefinition{}},
			{ActionType: types.ActionTypeGenerateEventbridgeEvent, EventBridgeAction: &types.EventBridgeActionDefinition{Name: aws.String("refund-wanted")}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	contacts := map[string]bool{}
	for range chats {
		chat := s.Join(harness.WithFlow(flow))
		chat.Send("a refund, please")
		chat.Leave()
		contacts[chat.ContactID] = true
	}
	s.Crash()
	harness.Await(t, "the events", 30*time.Second, func() error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.took) != chats {
			return fmt.Errorf("%d events", len(r.took))
		}
		return nil
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, event := range r.took {
		contact, _ := member(event, "detail", "contactArn").(string)
		id := contact[strings.LastIndex(contact, "/")+1:]
		if event["detail-type"] != "Contact Lens Post Chat Rules Matched" || event["source"] != "aws.connect" || member(event, "detail", "ruleName") != "Refund" ||
			member(event, "detail", "actionName") != "refund-wanted" || !contacts[id] {
			t.Errorf("the event is %v", event)
		}
		delete(contacts, id)
	}
}
