package workspace

import (
	"net/http"
	"net/url"
	"time"

	"parley/app/account"
	rules "parley/domain/account"
	"parley/domain/permission"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/outbound/oidc"
)

// endedByProvider is the one call that a provider makes itself: it has no cookie and shows a signed token instead.
const endedByProvider = "EndedByProvider"

func (s *Server) providerRoutes() []route {
	return []route{
		{"GET /api/oidc/start", "StartProvider", permission.Anyone(), s.startProvider},
		{"GET /api/oidc/callback", "FinishProvider", permission.Anyone(), s.finishProvider},
		{"POST /api/oidc/logout", endedByProvider, permission.Anyone(), s.endedByProvider},
	}
}

const (
	flowCookie = "__Host-parley-oidc"
	flowLife   = 10 * time.Minute // what somebody has to sign in at the provider
	flowName   = "oidc-flow"      // that its content is sealed for
)

// attempt is an attempt to sign in at the provider. The browser keeps it, sealed: any node can finish it.
type attempt struct {
	oidc.Flow
	Ends time.Time
	User string // who was signed in with a password when it began, "" for nobody
}

func (s *Server) provider() (*oidc.Provider, error) {
	if s.o.Provider == nil {
		return nil, fault.New(fault.NotFound, "This server has no sign-in provider: start it with --oidc-issuer")
	}
	return s.o.Provider, nil
}

func (s *Server) back(c *call) string { return s.o.Edge.Base(c.r) + "/api/oidc/callback" }

func (s *Server) startProvider(c *call) (any, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	there, flow, err := p.Begin(c.ctx(), s.back(c))
	if err != nil {
		return nil, err
	}
	sealed, err := s.sealed(flowName, attempt{flow, clock.Wall().Add(flowLife), s.signedIn(c)})
	if err != nil {
		return nil, err
	}
	s.keepFlow(c, sealed, int(flowLife/time.Second))
	return redirect(c, there), nil
}

// signedIn is who is signed in with a password of its own choice in this browser, "" for nobody.
func (s *Server) signedIn(c *call) string {
	who, err := s.o.Accounts.Caller(c.ctx(), cookie(c.r))
	if err != nil || who.Session.How == rules.ByProvider || s.o.Accounts.MustChange(who) {
		return ""
	}
	return who.ID
}

func redirect(c *call, there string) answered {
	c.w.Header().Set("Location", there)
	return answered{http.StatusSeeOther, nil}
}

func (s *Server) keepFlow(c *call, value string, seconds int) {
	http.SetCookie(c.w, &http.Cookie{
		Name: flowCookie, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, // the provider's page leads back to us
	})
}

// flow reads the attempt that this browser has begun; a zero one, which nothing matches, if there is none.
func (s *Server) flow(r *http.Request) (a attempt) {
	kept, err := r.Cookie(flowCookie)
	if err != nil {
		return attempt{}
	}
	if !s.unsealed(flowName, kept.Value, &a) || !clock.Wall().Before(a.Ends) {
		return attempt{}
	}
	return a
}

func (s *Server) finishProvider(c *call) (any, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	a := s.flow(c.r)
	s.keepFlow(c, "", -1)
	who, err := p.Finish(c.ctx(), a.Flow, s.back(c), c.r.URL.Query())
	if err != nil {
		return nil, err
	}
	from := s.from(c)
	from.User = a.User
	t, err := s.o.Accounts.SignInByProvider(c.ctx(), "", account.Identity(who), from)
	if err != nil {
		return nil, err
	}
	give(c, t.Cookie, int(rules.Lifetime/time.Second))
	return redirect(c, "/"), nil
}

func (s *Server) endedByProvider(c *call) (any, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, err, "The body must be a form with logout_token")
	}
	right, err := s.o.Accounts.Claimed(c.ctx(), s.from(c).Address)
	if err != nil {
		return nil, err
	}
	who, used, err := p.Ended(c.ctx(), form.Get("logout_token"))
	if err != nil {
		return nil, err
	}
	right()
	if err := s.o.Accounts.EndByProvider(c.ctx(), account.Identity(who)); err != nil {
		return nil, err
	}
	used()
	return done{}, nil
}
