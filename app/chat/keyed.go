package chat

import (
	"context"
	"encoding/json"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/keyed"
	"parley/domain/session"
	"parley/internal/fault"
)

// kindKeyed are documents that exist as long as a customer elsewhere, or a signed-in one of a widget, has a chat here. ID: the chat's key. The name
// is of releases that had them for channels alone.
const kindKeyed = "outside-chat"

// keyedChat is such a document. It is created with the chat and deleted with its end: its version is 1.
type keyedChat struct {
	Session     string `json:"session"`
	Participant string `json:"participant"`
}

func keyedDocument(instance, key string, ids contact.IDs) change.Resource {
	document, _ := json.Marshal(keyedChat{ids.Contact, ids.Participant}) // texts always encode
	return change.Resource{Instance: instance, Kind: kindKeyed, ID: key, Document: document}
}

// unkey forgets whose chat it is, when a change ends it or lets its customer go.
func unkey(_ context.Context, _ *session.Session, set *change.Set) {
	if set.Session == nil || set.Session.Next == nil || !keyed.Over(set.Session.Next) {
		return
	}
	next := set.Session.Next
	set.Resources = append(set.Resources, change.Resource{Instance: next.InstanceID, Kind: kindKeyed, ID: next.State.Key, Version: 1, Delete: true})
	next.State.Key = ""
	set.Session.Parts |= change.State
}

// keyedCaller is the customer of the chat that goes on under a key; fault.NotFound.
func (s *Service) keyedCaller(ctx context.Context, instance, key string) (who Caller, err error) {
	row, err := s.store.Resource(ctx, instance, kindKeyed, key)
	if err != nil {
		return who, err
	}
	var doc keyedChat
	if err := json.Unmarshal(row.Document, &doc); err != nil {
		return who, fault.Wrap(fault.Internal, err, "the document of a chat that is found by its key cannot be read")
	}
	return Caller(doc), nil
}
