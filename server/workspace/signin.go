package workspace

import (
	"context"
	"time"

	"parley/app/account"
	rules "parley/domain/account"
	"parley/domain/permission"
)

func (s *Server) signInRoutes() []route {
	return []route{
		{"GET /api/login", "GetLogin", permission.Anyone(), s.ways},
		{"POST /api/login", "Login", permission.Anyone(), s.signIn},
		{"POST /api/logout", "Logout", permission.SignedIn(), s.signOut},
		{"GET /api/me", "GetMe", permission.SignedIn(), s.me},
		{"POST /api/password", "ChangePassword", permission.SignedIn(), s.changePassword},
	}
}

// ways says how one can sign in here.
func (s *Server) ways(*call) (any, error) {
	return map[string]any{"password": true, "oidc": s.o.Provider != nil}, nil
}

func (s *Server) signIn(c *call) (any, error) {
	var in struct {
		Instance string `json:"instance"`
		Username string `json:"username"`
		Password string `json:"password"`
		Code     string `json:"code"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	t, err := s.o.Accounts.SignIn(c.ctx(), account.Attempt{
		Instance: in.Instance, Username: in.Username, Password: in.Password, Code: in.Code, From: s.from(c),
	})
	if err != nil {
		return nil, err
	}
	if t.CodeNeeded {
		return map[string]any{"code_needed": true}, nil
	}
	return s.welcome(c, t)
}

// welcome gives the cookie of a new sign-in and says who it is for.
func (s *Server) welcome(c *call, t account.Ticket) (any, error) {
	give(c, t.Cookie, int(rules.Lifetime/time.Second))
	return s.about(c.ctx(), t.Caller)
}

func (s *Server) signOut(c *call) (any, error) {
	if err := s.o.Accounts.SignOut(c.ctx(), c.caller); err != nil {
		return nil, err
	}
	give(c, "", 0)
	out := map[string]any{}
	if s.o.Provider != nil && c.caller.Session.How == rules.ByProvider {
		if there, err := s.o.Provider.SignOut(c.ctx(), s.o.Edge.Base(c.r)+"/"); err == nil && there != "" {
			out["redirect"] = there // where the provider ends its own session
		}
	}
	return out, nil
}

// me is who somebody is and what they may do.
type me struct {
	CodeNeeded        bool              `json:"code_needed"`
	User              user              `json:"user"`
	InstanceID        string            `json:"instance_id"`
	Permissions       []permission.Name `json:"permissions"`
	CSRFToken         string            `json:"csrf_token"`
	Session           session           `json:"session"`
	Codes             bool              `json:"codes"`
	RecoveryCodesLeft int               `json:"recovery_codes_left"`
	PasswordGenerated bool              `json:"password_generated"`
	MustChange        bool              `json:"password_change_needed"` // before anything else
}

type user struct {
	ID        string `json:"id"`
	Username  string `json:"username"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

func (s *Server) me(c *call) (any, error) { return s.about(c.ctx(), c.caller) }

func (s *Server) about(ctx context.Context, c account.Caller) (any, error) {
	on, left, err := s.o.Accounts.Codes(ctx, c)
	if err != nil {
		return nil, err
	}
	generated, err := s.o.Accounts.Generated(ctx, c.Person)
	if err != nil {
		return nil, err
	}
	names := c.Permissions.Names()
	if names == nil {
		names = []permission.Name{}
	}
	return me{
		User: user{c.ID, c.Name, c.FirstName, c.LastName}, InstanceID: c.InstanceID, Permissions: names, CSRFToken: c.CSRF,
		Session: shown(c.Session, c.Session.ID), Codes: on, RecoveryCodesLeft: left, PasswordGenerated: generated, MustChange: s.o.Accounts.MustChange(c),
	}, nil
}

func (s *Server) changePassword(c *call) (any, error) {
	var in struct {
		Old string `json:"old_password"`
		New string `json:"new_password"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	t, err := s.o.Accounts.ChangePassword(c.ctx(), c.caller, in.Old, in.New, s.from(c))
	if err != nil {
		return nil, err
	}
	return s.welcome(c, t)
}
