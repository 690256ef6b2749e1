// Package private serves what is done with the data of customers under /parley/privacy: what `parley held`, `parley erase`, `parley redact`
// and `parley retention` call.
//
// It guarantees: only an access key without limits may ask, and the audit log says what it asked for.
package private

import (
	"context"
	"net/http"
	"time"

	"parley/app/privacy"
	"parley/server/edge"
	"parley/server/keys"
)

// Paths of the routes.
const (
	Export    = "/parley/privacy/export"
	Erase     = "/parley/privacy/erase"
	Redact    = "/parley/privacy/redact"
	Retention = "/parley/privacy/retention"
)

// ExportWithin is how long the writing of an export may take (our choice).
const ExportWithin = time.Hour

// Wanted asks for an export; see privacy.Wanted.
type Wanted struct {
	Instance string `json:"instance"`
	Contact  string `json:"contact,omitempty"`
	Customer string `json:"customer,omitempty"`
}

// Erasure asks for an erasure; see privacy.Request.
type Erasure struct {
	Instance string `json:"instance"`
	Contact  string `json:"contact,omitempty"`
	Customer string `json:"customer,omitempty"`
	End      bool   `json:"end,omitempty"`
}

// Redaction names a message or a file of a contact; see privacy.Redaction.
type Redaction struct {
	Instance string `json:"instance"`
	Contact  string `json:"contact"`
	ID       string `json:"id"`
	Name     bool   `json:"name,omitempty"`
}

// Rules sets the rules of an instance, where there are any, and answers with those that stand.
type Rules struct {
	Instance string         `json:"instance"`
	Rules    *privacy.Rules `json:"rules,omitempty"`
}

// Register adds the routes.
func Register(signed keys.Signed, r *edge.Router, s *privacy.Service) {
	add := func(path, operation string, do keys.Answer) { signed.Handle(r, "POST "+path, "privacy", operation, do) }
	signed.Stream(r, "POST "+Export, "privacy", "ExportCustomer", ExportWithin, keys.Asked(func(r *http.Request, in Wanted) (any, error) {
		export, err := s.Export(r.Context(), privacy.Wanted(in))
		if err != nil {
			return nil, err
		}
		return Zip(r.Context(), s, export), nil
	}))
	add(Erase, "EraseCustomer", keys.Asked(func(r *http.Request, in Erasure) (any, error) {
		return s.Erase(r.Context(), privacy.Request(in))
	}))
	add(Redact, "RedactMessage", keys.Asked(func(r *http.Request, in Redaction) (any, error) {
		return struct{}{}, s.Redact(r.Context(), privacy.Redaction(in))
	}))
	add(Retention, "SetRetention", keys.Asked(func(r *http.Request, in Rules) (any, error) {
		if in.Rules != nil {
			if err := s.SetRetention(r.Context(), in.Instance, *in.Rules); err != nil {
				return nil, err
			}
		}
		return s.Retention(r.Context(), in.Instance)
	}))
}

// ZipName is what the file of an export is called.
func ZipName(e privacy.Export) string { return "held-" + e.ID + ".zip" }

// Zip is what answers with an export, as it is written.
func Zip(ctx context.Context, s *privacy.Service, e privacy.Export) func(http.ResponseWriter) error {
	return func(w http.ResponseWriter) error {
		if err := ZipHead(e)(w); err != nil {
			return err
		}
		return s.Write(ctx, e, w)
	}
}

// ZipHead is what answers with the headers of an export alone: nothing is read or written.
func ZipHead(e privacy.Export) func(http.ResponseWriter) error {
	return func(w http.ResponseWriter) error {
		edge.Download(w.Header(), "application/zip", ZipName(e))
		return nil
	}
}
