package workspace

import (
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"parley/app/account"
	"parley/domain/permission"
	"parley/internal/actor"
	"parley/internal/fault"
	"parley/server/edge"
)

const (
	// Cookie is the name of the cookie that a browser shows who it is with. Browsers take this prefix only
	// from the host itself, over TLS or from this machine, and for all paths.
	Cookie = "__Host-parley"
	// TokenHeader is where a request that changes something repeats the caller's token.
	TokenHeader = "X-CSRF-Token"

	maxBody = 64 << 10
	maxFlow = 2 << 20 // where the contents of flows, of 256,000 characters at most, come in a body
)

// large reports whether the content of a flow may come in a body.
func (r route) large() bool {
	return slices.Contains([]string{callConnect, "CheckFlow", "CheckView", "CompareFlows", "RehearseFlow"}, r.operation)
}

// answered is an answer that is no JSON of ours.
type answered struct {
	status int
	body   []byte
}

// guarded lets through who meets what a route needs.
func (s *Server) guarded(one route) edge.OwnHandler {
	return func(w http.ResponseWriter, r *http.Request) (int, []byte, error) {
		c := &call{w: w, r: r.WithContext(s.o.Edge.Acting(r.Context(), r, actor.Nobody, "", one.operation))}
		if err := s.admit(c, one); err != nil {
			return 0, nil, err
		}
		out, err := one.do(c)
		if err != nil {
			return 0, nil, err
		}
		if a, ok := out.(answered); ok {
			return a.status, a.body, nil
		}
		body, err := json.Marshal(out)
		return http.StatusOK, body, err
	}
}

// streamed is guarded for a route that answers with a file.
func (s *Server) streamed(one route) edge.Streamer {
	return func(r *http.Request) (func(http.ResponseWriter) error, error) {
		c := &call{r: r.WithContext(s.o.Edge.Acting(r.Context(), r, actor.Nobody, "", one.operation))}
		if err := s.admit(c, one); err != nil {
			return nil, err
		}
		out, err := one.do(c)
		if err != nil {
			return nil, err
		}
		return out.(func(http.ResponseWriter) error), nil
	}
}

// admit finds out who calls, and refuses who may not.
func (s *Server) admit(c *call, one route) (err error) {
	changes := c.r.Method != http.MethodGet && c.r.Method != http.MethodHead
	if changes && s.foreign(c.r) && one.operation != endedByProvider {
		return fault.New(fault.Denied, "This call is for pages of this server's own origin")
	}
	if !one.large() {
		if c.body, err = body(c.r, maxBody); err != nil {
			return err
		}
	}
	if one.needs.Open() {
		return nil
	}
	if c.caller, err = s.o.Accounts.Caller(c.ctx(), cookie(c.r)); err != nil {
		return err
	}
	if changes && subtle.ConstantTimeCompare([]byte(c.r.Header.Get(TokenHeader)), []byte(c.caller.CSRF)) != 1 {
		return fault.New(fault.Denied, "The header %s is not the token of this sign-in: read it from /api/me", TokenHeader)
	}
	c.r = c.r.WithContext(s.o.Edge.Acting(c.ctx(), c.r, actor.User, c.caller.ID, one.operation))
	if s.o.Accounts.MustChange(c.caller) && !one.beforeChoosing() {
		return fault.New(fault.Denied, "Choose a password of your own first: POST /api/password")
	}
	if err := allowed(one.needs, c.caller); err != nil || !one.large() {
		return err
	}
	c.body, err = body(c.r, maxFlow) // only who may call it has a large body read
	return err
}

// beforeChoosing tells whether somebody may call a route who has not chosen a password yet.
func (r route) beforeChoosing() bool {
	return slices.Contains([]string{"GetMe", "Logout", "ChangePassword"}, r.operation)
}

func allowed(need permission.Need, c account.Caller) error {
	if need.Met(c.Permissions) {
		return nil
	}
	return fault.New(fault.Denied, "Your security profiles do not grant this; it needs: %s", need)
}

func cookie(r *http.Request) string {
	c, err := r.Cookie(Cookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// foreign reports whether a browser makes a request for a page of another
// origin. Browsers say so in headers that no page can set; who sends neither
// is no browser, and has no cookie that it did not get itself.
func (s *Server) foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin":
		return false
	case "":
		// an older browser, or none
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host == "" || u.Host != r.Host && origin != s.origin(r)
}

// origin is that of the pages of this server, as the caller reaches it.
func (s *Server) origin(r *http.Request) string {
	u, err := url.Parse(s.o.Edge.Base(r))
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// body reads a body, which is JSON or a form: a form is nothing but what a provider sends.
func body(r *http.Request, most int64) ([]byte, error) {
	body, err := edge.Body(r, most)
	if err != nil || len(body) == 0 {
		return nil, err
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && kind != formType {
		return nil, fault.New(fault.Malformed, "The body must be JSON, with Content-Type: application/json")
	}
	return body, nil
}

// formType is how providers send what they tell.
const formType = "application/x-www-form-urlencoded"

// from is where the call comes from.
func (s *Server) from(c *call) account.From {
	f := account.From{Agent: c.r.UserAgent(), Cookie: cookie(c.r)}
	if s.o.Edge.Address != nil {
		f.Address = s.o.Edge.Address(c.r)
	}
	return f
}

// give hands a cookie to the browser; "" takes it away.
func give(c *call, value string, seconds int) {
	if value == "" {
		seconds = -1
	}
	http.SetCookie(c.w, &http.Cookie{
		Name: Cookie, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
