package account

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"

	"parley/domain/totp"
	"parley/internal/fault"
	"parley/work/audit"
)

// recoveryCodes is how many codes somebody gets for the day on which the phone is lost (our choice).
const recoveryCodes = 10

// Enrolment is what an authenticator app is set up with.
type Enrolment struct {
	Secret string // as it is typed
	URI    string // as a QR code holds it
}

// tries is how often a change of an account is decided anew because another was faster.
const tries = 5

// change changes the state of an account as it stands, with an entry in the audit log; "" for none.
func (s *Service) change(ctx context.Context, instance, user, event string, decide func(*state) error) error {
	for range tries {
		st, err := s.state(ctx, instance, user)
		if err != nil {
			return err
		}
		if err := decide(&st); err != nil {
			return err
		}
		row, err := st.row()
		if err != nil {
			return err
		}
		if event == "" {
			_, err = s.Store.Commit(ctx, s.set(row))
		} else {
			_, err = s.Audit.Commit(ctx, s.set(row), instance, audit.Note{Event: event, Subject: user})
		}
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "The server is too busy; try again")
}

// Enrol begins to turn one-time codes on: a new secret, which Confirm makes
// count. The password is asked for again; fault.SignedOut if it is wrong.
func (s *Service) Enrol(ctx context.Context, c Caller, password string) (Enrolment, error) {
	if err := s.again(ctx, c, password); err != nil {
		return Enrolment{}, err
	}
	secret := make([]byte, totp.SecretBytes)
	rand.Read(secret) // never fails: crypto/rand ends the program instead
	err := s.change(ctx, c.InstanceID, c.ID, "", func(st *state) error {
		st.Pending = s.Sealer.Seal(sealedAs(c.ID), secret)
		return nil
	})
	return Enrolment{totp.Text(secret), totp.URI("Parley", c.Name, secret)}, err
}

// Confirm turns one-time codes on by a code of the new secret, ends the user's
// other sign-ins, and returns the recovery codes: this is the only time that they can be seen.
func (s *Service) Confirm(ctx context.Context, c Caller, code string) (recovery []string, err error) {
	guess, err := s.guess(ctx, c.InstanceID, c.Name, c.Session.Address)
	if err != nil {
		return nil, err
	}
	recovery, hashes := newRecovery()
	err = s.change(ctx, c.InstanceID, c.ID, codesEnrolled, func(st *state) error {
		if len(st.Pending) == 0 {
			return fault.New(fault.Rule, "There is nothing to confirm: begin anew")
		}
		secret, err := s.Sealer.Open(sealedAs(c.ID), st.Pending)
		if err != nil {
			return fmt.Errorf("open the new secret of one-time codes of %s: %w", c.ID, err)
		}
		step, ok := totp.Check(secret, code, s.Clock.Now(), 0)
		if !ok {
			return fault.New(fault.Invalid, "This is not the code that is shown now; is the clock of the device right?")
		}
		st.TOTP, st.Pending, st.Last, st.Recovery = st.Pending, nil, step, hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.undo(ctx, guess)
	return recovery, s.RevokeAll(ctx, c.InstanceID, c.ID, c.Session.ID)
}

// newRecovery makes recovery codes of 80 random bits each, and their hashes.
func newRecovery() (codes, hashes []string) {
	for range recoveryCodes {
		b := make([]byte, 10)
		rand.Read(b) // never fails
		code := base32.StdEncoding.EncodeToString(b)
		codes, hashes = append(codes, code[:8]+"-"+code[8:]), append(hashes, recoveryHash(code))
	}
	return codes, hashes
}

// RemoveCodes turns one's own one-time codes off. The password is asked for again.
func (s *Service) RemoveCodes(ctx context.Context, c Caller, password string) error {
	if err := s.again(ctx, c, password); err != nil {
		return err
	}
	return s.removeCodes(ctx, c.Person, c.Session.ID)
}

// RemoveCodesOf turns another user's codes off, for who has lost the phone and the recovery codes, and ends that user's sign-ins.
func (s *Service) RemoveCodesOf(ctx context.Context, c Caller, user string) error {
	p, err := s.below(ctx, c, user)
	if err != nil {
		return err
	}
	return s.removeCodes(ctx, p, "")
}

func (s *Service) removeCodes(ctx context.Context, p Person, but string) error {
	err := s.change(ctx, p.InstanceID, p.ID, codesRemoved, func(st *state) error {
		st.TOTP, st.Pending, st.Recovery = nil, nil, nil // Last stays: a secret that comes back brings no used code back
		return nil
	})
	if err != nil {
		return err
	}
	return s.RevokeAll(ctx, p.InstanceID, p.ID, but)
}

// Codes reports whether one-time codes are on, and how many recovery codes are left.
func (s *Service) Codes(ctx context.Context, c Caller) (on bool, recovery int, err error) {
	st, err := s.state(ctx, c.InstanceID, c.ID)
	return len(st.TOTP) > 0, len(st.Recovery), err
}
