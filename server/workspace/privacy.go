package workspace

import (
	"net/http"
	"time"

	"parley/app/privacy"
	"parley/domain/permission"
	"parley/internal/fault"
	"parley/server/private"
)

func (s *Server) privacyRoutes() []route {
	return []route{
		{"POST /api/exports", "ExportCustomer", permission.Of(permission.DataExport), s.export},
		{"GET /api/exports/{link}", downloadExport, permission.Of(permission.DataExport), s.download},
		{"POST /api/erasures", "EraseCustomer", permission.Of(permission.DataErase), s.erase},
		{"POST /api/history/{contact}/redactions", "RedactMessage", permission.Of(permission.DataRedact), s.redact},
		{"GET /api/retention", "GetRetention", permission.Of(permission.DataRetain), s.retention},
		{"PUT /api/retention", "SetRetention", permission.Of(permission.DataRetain), s.setRetention},
	}
}

const (
	downloadExport = "DownloadExport" // answers with a file
	exportName     = "export"         // that links to files are sealed for
	exportLife     = time.Minute      // what a browser has to follow one (our choice)
)

// exportLink leads to the file of an export that was asked for. It is sealed: nobody reads from an address of whom it is, and any node can
// follow it.
type exportLink struct {
	privacy.Export
	Session string // the sign-in that asked, which alone may follow it
	Ends    time.Time
}

// export asks for everything that is held about a contact or a customer, and answers with a link to it: browsers save what they get from
// an address as it comes.
func (s *Server) export(c *call) (any, error) {
	var in struct {
		Contact  string `json:"contact_id"`
		Customer string `json:"customer_id"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	export, err := s.o.Privacy.Export(c.ctx(), privacy.Wanted{Instance: c.caller.InstanceID, Contact: in.Contact, Customer: in.Customer})
	if err != nil {
		return nil, err
	}
	link, err := s.sealed(exportName, exportLink{export, c.caller.Session.ID, s.o.Privacy.Clock.Now().Add(exportLife)})
	return struct {
		File string `json:"file"`
		Link string `json:"link"`
	}{private.ZipName(export), Prefix + "exports/" + link}, err
}

// download returns what answers with the file that a link leads to.
func (s *Server) download(c *call) (any, error) {
	var link exportLink
	if !s.unsealed(exportName, c.r.PathValue("link"), &link) || link.Session != c.caller.Session.ID || !s.o.Privacy.Clock.Now().Before(link.Ends) {
		return nil, fault.New(fault.NotFound, "The link has run out, or is not of this sign-in: ask for the file again")
	}
	if c.r.Method == http.MethodHead {
		return private.ZipHead(link.Export), nil
	}
	return private.Zip(c.ctx(), s.o.Privacy, link.Export), nil
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
