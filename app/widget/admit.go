package widget

import (
	"context"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"parley/domain/account"
	"parley/domain/customertoken"
	"parley/internal/fault"
)

// Visitor is who wants to start a chat.
type Visitor struct {
	Origin  string // the site, as the browser says
	Own     bool   // it is this server itself: a page of it that only the widget's sites may show in a frame
	Address string
	Token   string // what the site has signed about its customer, "" for nothing
	Looks   bool   // it wants to know whether a chat of its goes on: this is counted by itself
}

// counted is under what a visitor of a widget is counted.
func (v *Visitor) counted(widget string) string {
	who := widget + " " + account.Network(v.Address)
	if v.Looks {
		return "looks " + who
	}
	return who
}

// Admit returns the widget and what its site has signed about a visitor, nil for nothing, which for one who only looks is refused; fault.Denied says what is in the way,
// fault.Throttled that the visitor's address, or its IPv6 network, is too fast.
func (s *Service) Admit(ctx context.Context, instance, id string, v Visitor) (Widget, *customertoken.Claims, error) {
	w, err := s.Widget(ctx, instance, id)
	if err != nil {
		return w, nil, err
	}
	now := s.docs.Clock.Now()
	switch {
	case !v.Own && !slices.Contains(w.Origins, v.Origin):
		return w, nil, fault.New(fault.Denied, "The site %.100q is not among the origins of this widget", v.Origin)
	case !s.pace.take(v.counted(w.ID), w.PerMinute, now):
		return w, nil, fault.New(fault.Throttled, "Too many chats were started or looked for from this address: at most %d in a minute", w.PerMinute)
	case v.Token == "" && w.SignedOnly:
		return w, nil, fault.New(fault.Denied, "This widget starts chats only for customers whom the site has signed in")
	case v.Token == "" && v.Looks:
		return w, nil, fault.New(fault.Denied, "The chats of customers are only for those whom the site has signed in")
	case v.Token == "":
		return w, nil, nil
	}
	claims, err := s.read(ctx, &w, v.Token, now)
	if err == nil && v.Looks && claims.CustomerID == "" {
		err = fault.New(fault.Denied, "The chats of customers are only for those whom the site has signed in with a customerId")
	}
	return w, &claims, err
}

// AdmitPreview lets through what a participant writes before it is sent; fault.NotFound where the widget does not show it,
// fault.Throttled for who is too fast.
func (s *Service) AdmitPreview(ctx context.Context, instance, id, participant string) error {
	w, err := s.Widget(ctx, instance, id)
	switch {
	case err != nil:
		return err
	case !w.TypingPreview:
		return fault.New(fault.NotFound, "This widget does not show what customers write before they send it")
	case !s.typing.take(participant, typedPerMinute, s.docs.Clock.Now()):
		return fault.New(fault.Throttled, "What is written is shown at most %d times in a minute", typedPerMinute)
	}
	return nil
}

// AdmitPush lets through a participant whose device is to be told of what is said; fault.NotFound where the widget does not offer it,
// fault.Throttled for who is too fast.
func (s *Service) AdmitPush(ctx context.Context, instance, id, participant string) (Widget, error) {
	w, err := s.Widget(ctx, instance, id)
	switch {
	case err != nil:
		return w, err
	case !w.WebPush:
		return w, fault.New(fault.NotFound, "This widget does not tell customers of messages while they are away")
	}
	return w, s.PacePush(participant)
}

// PacePush refuses a participant who says too often where it is told; fault.Throttled.
func (s *Service) PacePush(participant string) error {
	if !s.pushes.take(participant, toldPerMinute, s.docs.Clock.Now()) {
		return fault.New(fault.Throttled, "Where one is told of messages is changed at most %d times in a minute", toldPerMinute)
	}
	return nil
}

// read reads a customer token: signed with a secret of the widget, or with a key that the site publishes.
func (s *Service) read(ctx context.Context, w *Widget, token string, now time.Time) (customertoken.Claims, error) {
	if w.Published != "" && len(token) <= customertoken.MaxLength && !customertoken.Secret(token) {
		payload, err := s.keys.Verify(ctx, w.Published, token)
		if err != nil {
			return customertoken.Claims{}, err
		}
		return customertoken.Says(payload, w.ID, now)
	}
	keys, err := s.secrets(w)
	if err != nil {
		return customertoken.Claims{}, err
	}
	return customertoken.Read(token, w.ID, keys, now)
}

// remembered is how many addresses a node counts at a time (our choice); of more the ones that were quiet longest are forgotten.
const remembered = 20_000

// pace counts the starts of addresses, by widget. It is safe for concurrent use.
type pace struct {
	seen *lru.Cache[string, *rate.Limiter]
}

func newPace() *pace {
	seen, err := lru.New[string, *rate.Limiter](remembered)
	if err != nil { // only for a size below 1
		panic(err)
	}
	return &pace{seen}
}

func (p *pace) take(who string, perMinute int, now time.Time) bool {
	l, ok := p.seen.Get(who)
	if !ok || l.Burst() != perMinute {
		l = rate.NewLimiter(rate.Limit(float64(perMinute)/60), perMinute)
		if other, found, _ := p.seen.PeekOrAdd(who, l); found && other.Burst() == perMinute {
			l = other
		} else if found {
			p.seen.Add(who, l)
		}
	}
	return l.AllowN(now, 1)
}
