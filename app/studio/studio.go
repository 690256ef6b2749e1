// Package studio is what people need who work on flows: what is wrong with a
// content before it is published, what differs between two, how a chat would go,
// and where the flow of a chat stands.
//
// It guarantees: nothing here changes or starts anything; a content that Check
// finds no error in can be published as it is, unless the instance changes in between;
// the same content, script and instance play the same chat.
package studio

import (
	"context"
	"time"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/diff"
	"parley/domain/flow/lint"
	"parley/work"
)

// Directory is what an instance has.
type Directory interface {
	// FlowConfig returns what a flow may read of its instance.
	FlowConfig(ctx context.Context, instance string) (catalog.Config, error)
	// FlowContent returns a parsed content; fault.NotFound.
	FlowContent(ctx context.Context, instance, content string) (*flow.Document, error)
	// Resolved returns a document with ids where it names things of the instance by name, and as problems the names of nothing.
	Resolved(ctx context.Context, instance string, d *flow.Document) (*flow.Document, []flow.Problem, error)
	// Settings returns what chats of an instance may do; fault.NotFound.
	Settings(ctx context.Context, instance string) (contact.Settings, error)
}

// Service works on flows. Use New.
type Service struct {
	directory Directory
	sessions  *work.Sessions
	now       func() time.Time
	playing   chan struct{}
}

// playedAtOnce is how many chats a node plays at once (our choice); more wait.
const playedAtOnce = 4

// New returns a service.
func New(d Directory, sessions *work.Sessions, now func() time.Time) *Service {
	return &Service{directory: d, sessions: sessions, now: now, playing: make(chan struct{}, playedAtOnce)}
}

// Check says what there is to say about a content as a flow of that type: first what would be refused on publish, with
// severity lint.Error, among what else would surprise. fault.FlowInvalid where it is no flow.
func (s *Service) Check(ctx context.Context, instance string, t flow.Type, content string) ([]lint.Finding, error) {
	doc, err := flow.Parse([]byte(content))
	if err != nil {
		return nil, err
	}
	doc, missing, err := s.directory.Resolved(ctx, instance, doc)
	if err != nil {
		return nil, err
	}
	var found []lint.Finding
	for _, p := range missing {
		found = append(found, lint.Finding{Rule: "missing-resource", Severity: lint.Error, Action: p.ActionID, Message: p.Message})
	}
	return append(found, lint.Check(doc, lint.Options{Type: t})...), nil
}

// Compare says what differs between two contents; fault.FlowInvalid where one is no flow.
func (s *Service) Compare(before, after string) (diff.Result, error) {
	a, err := flow.Parse([]byte(before))
	if err != nil {
		return diff.Result{}, err
	}
	b, err := flow.Parse([]byte(after))
	if err != nil {
		return diff.Result{}, err
	}
	return diff.Compare(a, b), nil
}
