// Package responses keeps quick responses: texts that agents often say, under a shortcut.
//
// It guarantees, beside what work/resource does: a shortcut is unique in its instance, in any case; a response for certain
// queues or routing profiles names ones that were there when it was written; what an import cannot take is named by its line,
// and the rest is taken.
package responses

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/internal/fault"
	"parley/work/resource"
)

// Response is a quick response. Stored.Name is its shortcut in lower case.
type Response struct {
	resource.Stored
	Title       string   `json:"title"`
	Content     string   `json:"content"`
	ContentType string   `json:"contentType"`
	Language    string   `json:"language,omitempty"` // as de or de-CH; "" = any
	Queues      []string `json:"queues,omitempty"`   // ids; none = chats of all queues
	Profiles    []string `json:"profiles,omitempty"` // ids of routing profiles; none = all agents
	Inactive    bool     `json:"inactive,omitempty"` // agents do not see it
}

// Bounds of a quick response: the content's is that of what can be sent in one message (SendMessage); the others are our choice.
const (
	maxContent   = 1_024 // characters
	maxTitle     = 100   // characters
	maxPlaces    = 20    // queues, and as many routing profiles
	maxResponses = 2_000 // of an instance
)

var (
	shortcut = regexp.MustCompile(`^[\p{L}\p{N}_.-]{1,40}$`)
	language = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// Service serves the quick responses of all instances.
type Service struct{ docs *resource.Store }

// New returns the service.
func New(docs *resource.Store) *Service { return &Service{docs} }

func kind() resource.Kind[Response, *Response] {
	return resource.Of[Response](resource.KindQuickResponse, "id", "quick response")
}

// check refuses what is no quick response, and places that are not there.
func (s *Service) check(ctx context.Context, r *Response) error {
	if err := r.Check(); err != nil {
		return err
	}
	return s.checkPlaces(ctx, r)
}

// Check refuses what is no quick response, as far as that can be said without its instance, and brings the rest into its usual form; fault.Invalid.
func (r *Response) Check() error {
	r.Name = strings.ToLower(r.Name)
	if r.ContentType == "" {
		r.ContentType = "text/plain"
	}
	r.Queues, r.Profiles = resource.Sorted(r.Queues), resource.Sorted(r.Profiles)
	switch n := utf8.RuneCountInString(r.Content); {
	case !shortcut.MatchString(r.Name):
		return fault.New(fault.Invalid, "shortcut: 1 to 40 letters, digits, _, . and - are needed")
	case n < 1 || n > maxContent || strings.ContainsRune(r.Content, 0):
		return fault.New(fault.Invalid, "content: 1 to %d characters are needed, none of them U+0000", maxContent)
	case r.Title == "" || utf8.RuneCountInString(r.Title) > maxTitle:
		return fault.New(fault.Invalid, "title: 1 to %d characters are needed", maxTitle)
	case r.ContentType != "text/plain" && r.ContentType != "text/markdown":
		return fault.New(fault.Invalid, "content_type: text/plain or text/markdown is needed")
	case r.Language != "" && !language.MatchString(r.Language):
		return fault.New(fault.Invalid, "language: a code as de or de-CH is needed")
	case len(r.Queues) > maxPlaces || len(r.Profiles) > maxPlaces:
		return fault.New(fault.Invalid, "queues, routing_profiles: at most %d of each", maxPlaces)
	}
	return nil
}

func (s *Service) checkPlaces(ctx context.Context, r *Response) error {
	for _, id := range r.Queues {
		if err := s.docs.Need(ctx, r.InstanceID, resource.KindQueue, id, "queues"); err != nil {
			return err
		}
	}
	for _, id := range r.Profiles {
		if err := s.docs.Need(ctx, r.InstanceID, resource.KindRoutingProfile, id, "routing_profiles"); err != nil {
			return err
		}
	}
	return nil
}

// taken names the shortcut in a refusal.
func taken(err error) error {
	if fault.Is(err, fault.Duplicate) {
		return fault.Wrap(fault.Duplicate, err, "shortcut: another quick response has it")
	}
	return err
}

// Create makes a quick response. A shortcut that is taken is fault.Duplicate.
func (s *Service) Create(ctx context.Context, r Response) (Response, error) {
	err := kind().CreateOn(ctx, s.docs, &r, func() error {
		if err := s.check(ctx, &r); err != nil {
			return err
		}
		return kind().Room(ctx, s.docs, r.InstanceID, maxResponses)
	})
	return r, taken(err)
}

// Response returns a quick response; fault.NotFound.
func (s *Service) Response(ctx context.Context, instance, id string) (Response, error) {
	return kind().Get(ctx, s.docs, instance, id)
}

// Update gives a quick response other members, all of them.
func (s *Service) Update(ctx context.Context, instance, id string, to Response) (out Response, err error) {
	err = kind().UpdateOn(ctx, s.docs, instance, id, func(r *Response) error {
		to.Stored = resource.Stored{ID: r.ID, InstanceID: r.InstanceID, Version: r.Version, Name: to.Name, Tags: r.Tags}
		*r = to
		err := s.check(ctx, r)
		out = *r
		return err
	})
	return out, taken(err)
}

// Delete deletes a quick response.
func (s *Service) Delete(ctx context.Context, instance, id string) error {
	return kind().DeleteOn(ctx, s.docs, instance, id, func(*Response) error { return nil })
}

// Search picks quick responses; what is empty picks all.
type Search struct {
	Shortcut string // begins with it
	Text     string // is in the title, the content or the shortcut
	Language string // is that one, or one of its regions; responses for any language are always found
	Queue    string // for chats of that queue; responses for all queues are always found
	Profile  string // for agents of that routing profile; responses for all are always found
	Active   bool   // agents see it
}

func (q *Search) picks(r *Response) bool {
	text := strings.ToLower(q.Text)
	switch {
	case q.Active && r.Inactive,
		!strings.HasPrefix(r.Name, strings.ToLower(q.Shortcut)),
		q.Language != "" && r.Language != "" && !within(r.Language, q.Language) && !within(q.Language, r.Language),
		q.Queue != "" && len(r.Queues) > 0 && !slices.Contains(r.Queues, q.Queue),
		q.Profile != "" && len(r.Profiles) > 0 && !slices.Contains(r.Profiles, q.Profile):
		return false
	}
	return strings.Contains(strings.ToLower(r.Title), text) || strings.Contains(strings.ToLower(r.Content), text) || strings.Contains(r.Name, text)
}

// within reports whether a language is another one, or that of one of its regions.
func within(code, of string) bool {
	return strings.EqualFold(code, of) || strings.HasPrefix(strings.ToLower(code), strings.ToLower(of)+"-")
}

// Responses lists those that are picked, by id.
func (s *Service) Responses(ctx context.Context, instance string, q Search, page resource.Page) ([]Response, string, error) {
	return kind().List(ctx, s.docs, instance, page, q.picks)
}
