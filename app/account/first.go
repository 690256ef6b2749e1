package account

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/password"
)

// First is an account that comes with the server.
type First struct {
	UserID   string
	Username string
	Password string // "" once it was changed
}

// first is what is kept of it.
type first struct {
	UserID string `json:"user"`
	Sealed []byte `json:"sealed,omitempty"` // the generated password; none once it was changed
	Made   bool   `json:"made,omitempty"`   // the user was created, and may have been deleted since
}

// firstBytes are the random bytes of a generated password: too many to try, so that its hash need not be a slow one.
const firstBytes = 18

func firstSealedAs(instance, name string) string { return kindFirst + "/" + instance + "/" + name }

// First returns an account that comes with the server: at the first call it is
// made, with a generated password, which is kept sealed until it is changed.
// One that was deleted since stays deleted, unless restore wants it back. Of
// several nodes that start at once one makes it, and all learn the password.
func (s *Service) First(ctx context.Context, instance, name, profile string, restore bool) (First, error) {
	for range tries {
		row, err := s.firstRow(ctx, instance, name)
		if err != nil {
			return First{}, err
		}
		f, err := s.makeFirst(ctx, row, profile, restore)
		if !fault.Is(err, fault.Conflict) {
			return f, err
		}
	}
	return First{}, fault.New(fault.Unavailable, "The account %s cannot be made: others change it all the time", name)
}

// firstRow returns what is kept of the account, made if there is nothing.
func (s *Service) firstRow(ctx context.Context, instance, name string) (*change.Resource, error) {
	for {
		row, err := s.Store.Resource(ctx, instance, kindFirst, name)
		if !fault.Is(err, fault.NotFound) {
			return row, err
		}
		f := first{UserID: uuid.Must(uuid.NewV7()).String(), Sealed: s.Sealer.Seal(firstSealedAs(instance, name), []byte(text(firstBytes)))}
		made, err := f.row(&change.Resource{Instance: instance, Kind: kindFirst, ID: name})
		if err != nil {
			return nil, err
		}
		if _, err := s.Store.Commit(ctx, s.set(made)); err != nil && !fault.Is(err, fault.Duplicate) {
			return nil, err
		}
	}
}

func (f first) row(old *change.Resource) (change.Resource, error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return change.Resource{}, fmt.Errorf("encode a first account: %w", err)
	}
	row := *old
	row.Document = raw
	return row, nil
}

func (s *Service) makeFirst(ctx context.Context, row *change.Resource, profile string, restore bool) (First, error) {
	var f first
	if err := json.Unmarshal(row.Document, &f); err != nil {
		return First{}, fmt.Errorf("decode a first account: %w", err)
	}
	if restore {
		if err := s.renew(ctx, row, &f); err != nil {
			return First{}, err
		}
	}
	generated, err := s.firstPassword(row, f)
	if err != nil {
		return First{}, err
	}
	if (!f.Made || restore) && generated != "" {
		p := Person{ID: f.UserID, InstanceID: row.Instance, Name: row.ID, FirstName: strings.ToUpper(row.ID[:1]) + row.ID[1:], PasswordHash: password.HashRandom(generated)}
		if err := s.People.Create(ctx, p, profile); err != nil && !fault.Is(err, fault.Duplicate) {
			return First{}, fmt.Errorf("make the account %s: %w", row.ID, err)
		}
	}
	if !f.Made {
		f.Made = true
		made, err := f.row(row)
		if err == nil {
			_, err = s.Store.Commit(ctx, s.set(made))
		}
		if err != nil {
			return First{}, err
		}
	}
	p, err := s.People.Person(ctx, row.Instance, f.UserID)
	if fault.Is(err, fault.NotFound) { // deleted, or the name was taken already
		return First{}, nil
	}
	return First{p.ID, p.Name, generated}, err
}

// renew generates a password for an account that is gone, whose first one was forgotten.
func (s *Service) renew(ctx context.Context, row *change.Resource, f *first) error {
	if _, err := s.People.Person(ctx, row.Instance, f.UserID); !fault.Is(err, fault.NotFound) || len(f.Sealed) > 0 {
		return ignoreMissing(err)
	}
	f.Sealed = s.Sealer.Seal(firstSealedAs(row.Instance, row.ID), []byte(text(firstBytes)))
	now, err := f.row(row)
	if err != nil {
		return err
	}
	_, err = s.Store.Commit(ctx, s.set(now))
	row.Version++
	return err
}

func ignoreMissing(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (s *Service) firstPassword(row *change.Resource, f first) (string, error) {
	if len(f.Sealed) == 0 {
		return "", nil
	}
	password, err := s.Sealer.Open(firstSealedAs(row.Instance, row.ID), f.Sealed)
	if err != nil {
		return "", fmt.Errorf("open the generated password of %s: %w", row.ID, err)
	}
	return string(password), nil
}

// forgotten is what is kept of a user who came with the server, without the generated password; nothing where nothing changes.
func (s *Service) forgotten(ctx context.Context, p Person) ([]change.Resource, error) {
	row, err := s.Store.Resource(ctx, p.InstanceID, kindFirst, p.Name)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var f first
	if err := json.Unmarshal(row.Document, &f); err != nil || f.UserID != p.ID || f.Sealed == nil {
		return nil, err
	}
	f.Sealed = nil
	now, err := f.row(row)
	return []change.Resource{now}, err
}

// Generated reports whether a user still has the password that came with the server.
func (s *Service) Generated(ctx context.Context, p Person) (bool, error) {
	f, err := s.firstOf(ctx, p)
	return f.Sealed != nil, err
}

// isFirst reports whether a user came with the server.
func (s *Service) isFirst(ctx context.Context, p Person) (bool, error) {
	f, err := s.firstOf(ctx, p)
	return f.UserID != "", err
}

// firstOf is what is kept of a user who came with the server, nothing of another one.
func (s *Service) firstOf(ctx context.Context, p Person) (f first, err error) {
	row, err := s.Store.Resource(ctx, p.InstanceID, kindFirst, p.Name)
	if fault.Is(err, fault.NotFound) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	if err = json.Unmarshal(row.Document, &f); f.UserID != p.ID {
		f = first{}
	}
	return f, err
}
