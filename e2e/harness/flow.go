package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/uuid"
)

// Block is one action of a flow document. Where a branch is not named, a
// block goes on to the next one of its list, on errors to the list's end.
type Block struct {
	ID         string // default: its place in the list
	Type       string
	Parameters map[string]any
	Cases      map[string]string // value of an Equals condition -> block id
	Errors     map[string]string // error type -> block id
	Next       string            // block id
	Terminal   bool
}

// Say sends a text to the customer.
func Say(text string) Block {
	return Block{Type: "MessageParticipant", Parameters: map[string]any{"Text": text}, Errors: map[string]string{"NoMatchingError": ""}}
}

// Set sets contact attributes; errors go to the block onError.
func Set(attributes map[string]string, onError string) Block {
	return Block{
		Type: "UpdateContactAttributes", Parameters: map[string]any{"Attributes": attributes, "TargetContact": "Current"},
		Errors: map[string]string{"NoMatchingError": onError},
	}
}

// Compare goes to the block that cases name for a value, else on.
func Compare(path string, cases map[string]string) Block {
	return Block{
		Type: "Compare", Parameters: map[string]any{"ComparisonValue": path},
		Cases: cases, Errors: map[string]string{"NoMatchingCondition": ""},
	}
}

// Wait lets time pass: the chat stays as it is until it is over.
func Wait(seconds int) Block {
	return Block{
		Type: "Wait", Parameters: map[string]any{"TimeLimitSeconds": fmt.Sprint(seconds)},
		Cases: map[string]string{"WaitCompleted": ""}, Errors: map[string]string{"NoMatchingError": ""},
	}
}

// Loop goes to the block again for count times, then on.
func Loop(count int, again string) Block {
	return Block{
		Type: "Loop", Parameters: map[string]any{"LoopCount": fmt.Sprint(count)},
		Cases: map[string]string{"ContinueLooping": again, "DoneLooping": ""},
	}
}

// Queue chooses a queue.
func Queue(id string) Block {
	return Block{
		Type: "UpdateContactTargetQueue", Parameters: map[string]any{"QueueId": id},
		Errors: map[string]string{"NoMatchingError": ""},
	}
}

// Enqueue puts the contact into the queue that was chosen.
func Enqueue() Block {
	return Block{
		Type: "TransferContactToQueue", Parameters: map[string]any{},
		Errors: map[string]string{"QueueAtCapacity": "", "NoMatchingError": ""},
	}
}

// Hook sets the flow that runs on the contact at a hook.
func Hook(name, flowID string) Block {
	return Block{
		Type: "UpdateContactEventHooks", Parameters: map[string]any{"EventHooks": map[string]string{name: flowID}},
		Errors: map[string]string{"NoMatchingError": ""},
	}
}

// Listen lets time pass until the customer says something, then goes on.
func Listen() Block {
	return Block{
		Type: "Wait", Parameters: map[string]any{"TimeLimitSeconds": fmt.Sprint(Week), "Events": []string{"CustomerReturned"}},
		Cases:  map[string]string{"WaitCompleted": "end", "CustomerReturned": ""},
		Errors: map[string]string{"NoMatchingError": ""},
	}
}

// End ends the flow and nothing else.
func End() Block {
	return Block{Type: "EndFlowExecution", Parameters: map[string]any{}, Terminal: true}
}

// Disconnect ends the chat.
func Disconnect() Block {
	return Block{Type: "DisconnectParticipant", Parameters: map[string]any{}, Terminal: true}
}

// Named gives a block an id that branches can name.
func (b Block) Named(id string) Block { b.ID = id; return b }

// Then names the block that follows, instead of the next in the list.
func (b Block) Then(id string) Block { b.Next = id; return b }

// Document renders blocks as a flow of version 2019-10-30 that ends with a
// DisconnectParticipant block called "end".
func Document(t testing.TB, blocks ...Block) string {
	t.Helper()
	return ending(t, Disconnect(), blocks...)
}

// ending is Document with another block called "end".
func ending(t testing.TB, end Block, blocks ...Block) string {
	t.Helper()
	blocks = append(append([]Block(nil), blocks...), end.Named("end"))
	for i := range blocks {
		if blocks[i].ID == "" {
			blocks[i].ID = fmt.Sprint("block-", i)
		}
	}
	actions := make([]map[string]any, len(blocks))
	for i, block := range blocks {
		next := "end"
		if i+1 < len(blocks) {
			next = blocks[i+1].ID
		}
		actions[i] = block.action(next)
	}
	text, err := json.Marshal(map[string]any{
		"Version": "2019-10-30", "StartAction": blocks[0].ID, "Metadata": map[string]any{}, "Actions": actions,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (b Block) action(next string) map[string]any {
	transitions := map[string]any{}
	if !b.Terminal {
		transitions = b.transitions(next)
	}
	return map[string]any{"Identifier": b.ID, "Type": b.Type, "Parameters": b.Parameters, "Transitions": transitions}
}

func (b Block) transitions(next string) map[string]any {
	if b.Next != "" {
		next = b.Next
	}
	conditions, failures := []any{}, []any{}
	for value, id := range b.Cases {
		conditions = append(conditions, map[string]any{
			"NextAction": or(id, next), "Condition": map[string]any{"Operator": "Equals", "Operands": []string{value}},
		})
	}
	for name, id := range b.Errors {
		fallback := "end"
		if name == "NoMatchingCondition" {
			fallback = next
		}
		failures = append(failures, map[string]any{"NextAction": or(id, fallback), "ErrorType": name})
	}
	return map[string]any{"NextAction": next, "Conditions": conditions, "Errors": failures}
}

func or(id, fallback string) string {
	if id == "" {
		return fallback
	}
	return id
}

// Week is the longest wait that a flow may ask for, in seconds.
const Week = 604800

// Flow creates an inbound flow from blocks and returns its id.
func (s *Server) Flow(name string, blocks ...Block) string {
	s.t.Helper()
	return s.FlowOf(types.ContactFlowTypeContactFlow, name, blocks...)
}

// FlowOf creates a flow of another type. Whispers cannot disconnect: theirs end by themselves.
func (s *Server) FlowOf(kind types.ContactFlowType, name string, blocks ...Block) string {
	s.t.Helper()
	end := Disconnect()
	if kind == types.ContactFlowTypeAgentWhisper || kind == types.ContactFlowTypeCustomerWhisper {
		end = End()
	}
	out, err := s.Connect().CreateContactFlow(context.Background(), &connect.CreateContactFlowInput{
		InstanceId: aws.String(s.InstanceID), Name: aws.String(name),
		Type: kind, Content: aws.String(ending(s.t, end, blocks...)),
	})
	if err != nil {
		s.t.Fatalf("CreateContactFlow %s: %v", name, err)
	}
	return aws.ToString(out.ContactFlowId)
}

// Quiet creates a flow that says nothing and keeps the chat open for a week.
func (s *Server) Quiet() Change {
	s.t.Helper()
	return WithFlow(s.Flow("Quiet "+uuid.NewString(), Wait(Week)))
}
