package workspace

import (
	"parley/app/privacy"
	"parley/domain/permission"
	"parley/server/private"
)

func (s *Server) privacyRoutes() []route {
	return []route{
		{"POST /api/exports", exportCustomer, permission.Of(permission.DataExport), s.export},
		{"POST /api/erasures", "EraseCustomer", permission.Of(permission.DataErase), s.erase},
		{"POST /api/history/{contact}/redactions", "RedactMessage", permission.Of(permission.DataRedact), s.redact},
		{"GET /api/retention", "GetRetention", permission.Of(permission.DataRetain), s.retention},
		{"PUT /api/retention", "SetRetention", permission.Of(permission.DataRetain), s.setRetention},
	}
}

// exportCustomer answers with a file.
const exportCustomer = "ExportCustomer"

// export returns what answers with everything that is held about a contact or a customer.
func (s *Server) export(c *call) (any, error) {
	var in struct {
		Contact  string `json:"contact_id"`
		Customer string `json:"customer_id"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return private.Zip(c.ctx(), s.o.Privacy, privacy.Wanted{Instance: c.caller.InstanceID, Contact: in.Contact, Customer: in.Customer})
}

// erase erases everything that is held about a contact or a customer.
func (s *Server) erase(c *call) (any, error) {
	var in struct {
		Contact  string `json:"contact_id"`
		Customer string `json:"customer_id"`
		End      bool   `json:"end"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return s.o.Privacy.Erase(c.ctx(), privacy.Request{Instance: c.caller.InstanceID, Contact: in.Contact, Customer: in.Customer, End: in.End})
}

// redact takes the text of a message, or the bytes of a file, out of a contact.
func (s *Server) redact(c *call) (any, error) {
	var in struct {
		ID   string `json:"message_id"`
		Name bool   `json:"name"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return done{}, s.o.Privacy.Redact(c.ctx(), privacy.Redaction{Instance: c.caller.InstanceID, Contact: c.r.PathValue("contact"), ID: in.ID, Name: in.Name})
}

func (s *Server) retention(c *call) (any, error) {
	return s.o.Privacy.Retention(c.ctx(), c.caller.InstanceID)
}

func (s *Server) setRetention(c *call) (any, error) {
	var in privacy.Rules
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return in, s.o.Privacy.SetRetention(c.ctx(), c.caller.InstanceID, in)
}
