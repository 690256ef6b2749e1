package workspace

import (
	"slices"
	"time"
	"unicode/utf8"

	"parley/app/auth"
	"parley/domain/permission"
	"parley/internal/fault"
	"parley/server/connect"
)

func (s *Server) keyRoutes() []route {
	view, edit := permission.Of(permission.KeysView, permission.KeysEdit), permission.Of(permission.KeysEdit)
	return []route{
		{"GET /api/keys", "ListAccessKeys", view, s.accessKeys},
		{"POST /api/keys", "CreateAccessKey", edit, s.createAccessKey},
		{"PATCH /api/keys/{key}", "UpdateAccessKey", edit, s.updateAccessKey},
		{"DELETE /api/keys/{key}", "DeleteAccessKey", edit, s.deleteAccessKey},
	}
}

// maxNote is how many characters a note of a key has (our choice).
const maxNote = 250

// keyShown is an access key of the caller's instance.
type keyShown struct {
	ID         string    `json:"id"`
	Created    time.Time `json:"created"`
	Disabled   bool      `json:"disabled"`
	Operations []string  `json:"operations,omitempty"` // absent: all
	Note       string    `json:"note,omitempty"`
	Secret     string    `json:"secret,omitempty"` // once, when it is made
}

func showKey(k auth.Key, secret string) keyShown {
	return keyShown{ID: k.ID, Created: k.Created, Disabled: k.Disabled, Operations: k.Operations, Note: k.Note, Secret: secret}
}

// accessKeys lists the keys of the caller's instance, and what a key can be limited to. Those of the whole server are not for pages.
func (s *Server) accessKeys(c *call) (any, error) {
	all, err := s.o.Keys.ListOf(c.ctx(), c.caller.InstanceID)
	list := []keyShown{}
	for _, one := range all {
		list = append(list, showKey(one, ""))
	}
	return struct {
		Keys       []keyShown `json:"keys"`
		Operations []string   `json:"operations"`
	}{list, connect.InInstances()}, err
}

func (s *Server) createAccessKey(c *call) (any, error) {
	var in struct {
		Operations []string `json:"operations"`
		Note       string   `json:"note"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(in.Note) > maxNote {
		return nil, fault.New(fault.Invalid, "note: at most %d characters", maxNote)
	}
	known := connect.InInstances()
	for _, name := range in.Operations {
		if _, ok := slices.BinarySearch(known, name); !ok {
			return nil, fault.New(fault.Invalid, "operations: there is no operation %q in instances", name)
		}
	}
	key, secret, err := s.o.Keys.CreateOf(c.within(), c.caller.InstanceID, auth.Key{Operations: in.Operations, Note: in.Note})
	return showKey(key, secret), err
}

// updateAccessKey refuses a key, or lets it in again.
func (s *Server) updateAccessKey(c *call) (any, error) {
	var in struct {
		Disabled *bool `json:"disabled"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Disabled == nil {
		return nil, fault.New(fault.Invalid, "disabled: it is needed")
	}
	key, err := s.o.Keys.Of(c.ctx(), c.caller.InstanceID, c.r.PathValue("key"))
	if err != nil {
		return nil, err
	}
	key.Disabled = *in.Disabled
	return showKey(key, ""), s.o.Keys.SetDisabled(c.within(), key.ID, *in.Disabled)
}

func (s *Server) deleteAccessKey(c *call) (any, error) {
	key, err := s.o.Keys.Of(c.ctx(), c.caller.InstanceID, c.r.PathValue("key"))
	if err != nil {
		return nil, err
	}
	return done{}, s.o.Keys.Delete(c.within(), key.ID)
}
