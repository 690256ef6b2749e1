package workspace

import (
	"parley/domain/permission"
	"parley/internal/fault"
)

func (s *Server) codeRoutes() []route {
	return []route{
		{"POST /api/totp", "EnrolCodes", permission.SignedIn(), s.enrol},
		{"POST /api/totp/confirm", "ConfirmCodes", permission.SignedIn(), s.confirm},
		{"POST /api/totp/remove", "RemoveCodes", permission.SignedIn(), s.removeCodes},
	}
}

func (s *Server) enrol(c *call) (any, error) {
	password, err := c.password()
	if err != nil {
		return nil, err
	}
	e, err := s.o.Accounts.Enrol(c.ctx(), c.caller, password)
	return map[string]any{"secret": e.Secret, "uri": e.URI}, err
}

// password reads a body that is nothing but the caller's password.
func (c *call) password() (string, error) {
	var in struct {
		Password string `json:"password"`
	}
	err := c.read(&in)
	if err == nil && in.Password == "" {
		err = fault.New(fault.Invalid, "password is missing: the password of who is signed in")
	}
	return in.Password, err
}

func (s *Server) confirm(c *call) (any, error) {
	var in struct {
		Code string `json:"code"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	recovery, err := s.o.Accounts.Confirm(c.ctx(), c.caller, in.Code)
	return map[string]any{"recovery_codes": recovery}, err
}

func (s *Server) removeCodes(c *call) (any, error) {
	password, err := c.password()
	if err != nil {
		return nil, err
	}
	return done{}, s.o.Accounts.RemoveCodes(c.ctx(), c.caller, password)
}
