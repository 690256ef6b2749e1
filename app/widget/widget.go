// Package widget keeps the chat widgets of an instance: which flow a site's visitors start, from which
// sites, how often, and the keys with which a site signs who its customer is.
//
// It guarantees: keys are stored only sealed by the master key, and shown once, when they are made; who is not on the list of
// sites, is too fast or is not signed where that is asked for starts nothing.
package widget

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/work/resource"
)

// Widget is a chat widget.
type Widget struct {
	resource.Stored
	FlowID  string   `json:"flow"`
	Origins []string `json:"origins"` // of the sites that may start chats: scheme://host[:port]
	// SignedOnly refuses visitors whose site has not signed who they are.
	SignedOnly bool `json:"signed_only,omitempty"`
	// TypingPreview shows agents what customers write before they send it, of which customers are told.
	TypingPreview bool `json:"typing_preview,omitempty"`
	// WebPush offers customers to be told on their device of what is said to them while they are away.
	WebPush bool `json:"web_push,omitempty"`
	// Separate keeps the chat of a customer whom the site has signed in on the device that started it; otherwise their other devices find it.
	Separate bool `json:"separate_devices,omitempty"`
	// History has a signed-in customer's next chat continue the one before.
	History bool `json:"keep_history,omitempty"`
	// QueueID is the queue whose hours and room visitors are told of, MessageFlowID the flow of the messages that they leave; "" = none.
	QueueID       string `json:"queue,omitempty"`
	MessageFlowID string `json:"message_flow,omitempty"`
	PerMinute     int    `json:"per_minute"` // starts from one address
	Keys          []Key  `json:"keys,omitempty"`
	// Published is the URL of the keys (JSON Web Key Set) with which the site signs, "" = it signs with Keys only.
	Published string `json:"published,omitempty"`
	Look      Look   `json:"look,omitzero"`
}

// Key signs who a site's customer is.
type Key struct {
	ID      string    `json:"id"`
	Sealed  []byte    `json:"sealed"`
	Created time.Time `json:"created"`
}

// Limits of widgets.
const (
	maxWidgets = 20  // of an instance (Amazon Connect, feature specifications)
	maxOrigins = 100 // of a widget (Amazon Connect: approved origins)
	maxKeys    = 2   // so that one can replace the other (Amazon Connect)
	maxName    = 127 // our choice
	maxURL     = 1000
	// DefaultPerMinute and mostPerMinute bound the starts from one address in a minute (our choice).
	DefaultPerMinute = 10
	mostPerMinute    = 6000
	// typedPerMinute is how often one customer's typing is shown (our choice; the widget does it at most every 700 ms).
	typedPerMinute = 150
	// toldPerMinute is how often one customer says that its device is to be told, or not any more (our choice).
	toldPerMinute = 20
)

// Service serves the widgets of all instances.
type Service struct {
	docs   *resource.Store
	sealer *seal.Sealer
	pace   *pace
	typing *pace // by participant
	pushes *pace // the same
	keys   Publisher
	config Config
}

// Config reads what is known of the queues of an instance.
type Config func(ctx context.Context, instance string) (catalog.Config, error)

// Publisher verifies tokens with the keys that sites publish.
type Publisher interface {
	// Check refuses a URL from which no keys may be fetched.
	Check(url string) error
	// Verify returns what a token says that is signed with one of the keys at a URL; fault.Denied.
	Verify(ctx context.Context, url, token string) ([]byte, error)
}

// New returns the service.
func New(docs *resource.Store, sealer *seal.Sealer, keys Publisher, cfg Config) *Service {
	return &Service{docs: docs, sealer: sealer, pace: newPace(), typing: newPace(), pushes: newPace(), keys: keys, config: cfg}
}

func widgets() resource.Kind[Widget, *Widget] {
	return resource.Of[Widget](resource.KindWidget, "WidgetId", "widget")
}

// check holds a widget to its limits, and its keys to where this server may call.
func (s *Service) check(w *Widget) error {
	if w.Published != "" {
		if err := s.keys.Check(w.Published); err != nil || len(w.Published) > maxURL {
			return fault.New(fault.Invalid, "jwks_url must be a URL that this server may call, of at most %d bytes", maxURL)
		}
	}
	return w.Check()
}

// Check holds a widget to its limits; fault.Invalid.
func (w *Widget) Check() error {
	switch {
	case w.Name == "" || len(w.Name) > maxName:
		return fault.New(fault.Invalid, "name must have 1 to %d bytes", maxName)
	case len(w.Origins) > maxOrigins:
		return fault.New(fault.Invalid, "origins: a widget has at most %d, got %d", maxOrigins, len(w.Origins))
	case w.PerMinute < 1 || w.PerMinute > mostPerMinute:
		return fault.New(fault.Invalid, "starts_per_minute must be from 1 to %d", mostPerMinute)
	}
	for i, o := range w.Origins {
		u, err := url.Parse(o)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || o != u.Scheme+"://"+strings.ToLower(u.Host) {
			return fault.New(fault.Invalid, "origins[%d] must be a scheme and a host in lower case, as https://shop.example", i)
		}
	}
	return w.Look.check()
}

// Names are the ids of the flows and the queue.
func (w *Widget) Names() []string {
	return slices.DeleteFunc([]string{w.FlowID, w.MessageFlowID, w.QueueID}, func(id string) bool { return id == "" })
}

// named holds that what a widget names is there; fault.NotFound.
func (s *Service) named(ctx context.Context, w *Widget) error {
	if err := s.docs.Need(ctx, w.InstanceID, resource.KindFlow, w.FlowID, "flow_id"); err != nil {
		return err
	}
	if w.MessageFlowID != "" {
		if err := s.docs.Need(ctx, w.InstanceID, resource.KindFlow, w.MessageFlowID, "message_flow_id"); err != nil {
			return err
		}
	}
	if w.QueueID == "" {
		return nil
	}
	return s.docs.Need(ctx, w.InstanceID, resource.KindQueue, w.QueueID, "queue_id")
}

// Create makes a widget without keys; what it names must be there.
func (s *Service) Create(ctx context.Context, w Widget) (Widget, error) {
	if err := s.check(&w); err != nil {
		return w, err
	}
	w.Keys = nil
	err := widgets().CreateOn(ctx, s.docs, &w, func() error {
		if err := s.named(ctx, &w); err != nil {
			return err
		}
		return widgets().Room(ctx, s.docs, w.InstanceID, maxWidgets)
	})
	return w, err
}

// Widget returns a widget; fault.NotFound.
func (s *Service) Widget(ctx context.Context, instance, id string) (Widget, error) {
	if !arn.IsUUID(id) || !arn.IsUUID(instance) {
		return Widget{}, widgets().Missing()
	}
	return widgets().Get(ctx, s.docs, instance, id)
}

// Widgets lists all widgets of an instance.
func (s *Service) Widgets(ctx context.Context, instance string) ([]Widget, error) {
	return widgets().All(ctx, s.docs, instance)
}

// Change is what changes about a widget; nil leaves it.
type Change struct {
	Name, FlowID *string

	QueueID, MessageFlowID, Published *string // "" = none

	Origins    []string
	SignedOnly *bool
	Typing     *bool // TypingPreview
	WebPush    *bool
	Separate   *bool
	History    *bool
	PerMinute  *int
	Look       *Look
}

// Update changes a widget.
func (s *Service) Update(ctx context.Context, instance, id string, c Change) (Widget, error) {
	err := widgets().UpdateOn(ctx, s.docs, instance, id, func(w *Widget) error {
		resource.Set(&w.Name, c.Name)
		resource.Set(&w.FlowID, c.FlowID)
		resource.Set(&w.SignedOnly, c.SignedOnly)
		resource.Set(&w.TypingPreview, c.Typing)
		resource.Set(&w.WebPush, c.WebPush)
		resource.Set(&w.Separate, c.Separate)
		resource.Set(&w.History, c.History)
		resource.Set(&w.QueueID, c.QueueID)
		resource.Set(&w.MessageFlowID, c.MessageFlowID)
		resource.Set(&w.PerMinute, c.PerMinute)
		resource.Set(&w.Look, c.Look)
		resource.Set(&w.Published, c.Published)
		if c.Origins != nil {
			w.Origins = c.Origins
		}
		if err := s.check(w); err != nil {
			return err
		}
		return s.named(ctx, w)
	})
	if err != nil {
		return Widget{}, err
	}
	return s.Widget(ctx, instance, id)
}

// Delete deletes a widget: it starts nothing any more. Chats go on.
func (s *Service) Delete(ctx context.Context, instance, id string) error {
	return widgets().Delete(ctx, s.docs, instance, id, func(*Widget) ([]change.Resource, error) { return nil, nil })
}

// AddKey makes one more key of a widget and returns its secret: 44 characters, as Amazon Connect's are.
func (s *Service) AddKey(ctx context.Context, instance, id string) (made Key, secret string, err error) {
	var raw [32]byte
	rand.Read(raw[:]) // never fails: crypto/rand ends the program instead
	secret = base64.StdEncoding.EncodeToString(raw[:])
	made = Key{ID: resource.NewID(), Created: s.docs.Clock.Now()}
	made.Sealed = s.sealer.Seal(sealedAs(made.ID), []byte(secret))
	_, err = widgets().Update(ctx, s.docs, instance, id, func(w *Widget) ([]change.Resource, error) {
		if len(w.Keys) >= maxKeys {
			return nil, fault.New(fault.LimitExceeded, "A widget has at most %d keys: delete the older one first", maxKeys)
		}
		w.Keys = append(slices.Clone(w.Keys), made)
		return nil, nil
	})
	return made, secret, err
}

// DeleteKey deletes a key: what it signed is refused from now on.
func (s *Service) DeleteKey(ctx context.Context, instance, id, key string) error {
	_, err := widgets().Update(ctx, s.docs, instance, id, func(w *Widget) ([]change.Resource, error) {
		left := slices.DeleteFunc(slices.Clone(w.Keys), func(k Key) bool { return k.ID == key })
		if len(left) == len(w.Keys) {
			return nil, fault.New(fault.NotFound, "KeyId: the key was not found")
		}
		w.Keys = left
		return nil, nil
	})
	return err
}

func sealedAs(key string) string { return "widget-key/" + key }

// secrets returns the secrets of a widget's keys.
func (s *Service) secrets(w *Widget) (all []string, err error) {
	for _, k := range w.Keys {
		secret, err := s.sealer.Open(sealedAs(k.ID), k.Sealed)
		if err != nil {
			return nil, err
		}
		all = append(all, string(secret))
	}
	return all, nil
}

// Reseal seals the keys of an instance's widgets under the current master key, and returns how many it sealed anew.
func (s *Service) Reseal(ctx context.Context, instance string) (count int, err error) {
	all, err := s.Widgets(ctx, instance)
	if err != nil {
		return 0, err
	}
	for i := range all {
		old := slices.ContainsFunc(all[i].Keys, func(k Key) bool { return !s.sealer.Current(k.Sealed) })
		if !old {
			continue
		}
		count++
		if _, err := widgets().Update(ctx, s.docs, instance, all[i].ID, s.reseal); err != nil {
			return count, err
		}
	}
	return count, nil
}

func (s *Service) reseal(w *Widget) ([]change.Resource, error) {
	w.Keys = slices.Clone(w.Keys)
	for i := range w.Keys {
		k := &w.Keys[i]
		secret, err := s.sealer.Open(sealedAs(k.ID), k.Sealed)
		if err != nil {
			return nil, err
		}
		k.Sealed = s.sealer.Seal(sealedAs(k.ID), secret)
	}
	return nil, nil
}
