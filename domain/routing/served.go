package routing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/change"
)

// ServedKind is the kind of the resource that says which agent served a customer last.
const ServedKind = "served"

// Served is who served a customer last.
type Served struct {
	Format int
	UserID string
	At     time.Time
}

// ServedID is the id of that resource for a CustomerId of any form; the CustomerId cannot be read from it.
func ServedID(customer string) string {
	sum := sha256.Sum256([]byte(customer))
	return hex.EncodeToString(sum[:16])
}

// Resource writes it over a version, 0 = it is new.
func (s Served) Resource(instance, customer string, version int64) (change.Resource, error) {
	s.Format = Format
	text, err := json.Marshal(s)
	if err != nil {
		return change.Resource{}, fmt.Errorf("who served a customer: %w", err)
	}
	return change.Resource{Instance: instance, Kind: ServedKind, ID: ServedID(customer), Version: version, Document: text}, nil
}

// ParseServed reads the stored form.
func ParseServed(text []byte) (s Served, err error) {
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("who served a customer: %w", err)
	}
	if s.Format != Format {
		return s, fmt.Errorf("who served a customer: the document's format is %d, this version reads %d", s.Format, Format)
	}
	return s, nil
}
