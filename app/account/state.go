package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/domain/account"
	"parley/domain/change"
	"parley/domain/totp"
	"parley/internal/fault"
)

// state is what an account has beside its user's password.
type state struct {
	instance, user string
	version        int64

	TOTP     []byte   `json:"totp,omitempty"`     // the sealed secret of one-time codes; none before they are turned on
	Pending  []byte   `json:"pending,omitempty"`  // a sealed secret that no code has confirmed yet
	Last     int64    `json:"last,omitempty"`     // the half minute of the last used code
	Recovery []string `json:"recovery,omitempty"` // hashes of codes that are good once
	Subject  string   `json:"subject,omitempty"`  // who this is at the OIDC provider, bound by the first sign-in
	Given    bool     `json:"given,omitempty"`    // somebody else set the password
}

// sealedAs is the name that a user's secret is sealed for.
func sealedAs(user string) string { return kindState + "/" + user + "/totp" }

// state reads the state of an account; a user who never had one has an empty one.
func (s *Service) state(ctx context.Context, instance, user string) (state, error) {
	st := state{instance: instance, user: user}
	row, err := s.Store.Resource(ctx, instance, kindState, user)
	if fault.Is(err, fault.NotFound) {
		return st, nil
	}
	if err != nil {
		return st, err
	}
	st.version = row.Version
	if err := json.Unmarshal(row.Document, &st); err != nil {
		return st, fmt.Errorf("decode the account of %s: %w", user, err)
	}
	return st, nil
}

func (st state) row() (change.Resource, error) {
	raw, err := json.Marshal(st)
	if err != nil {
		return change.Resource{}, fmt.Errorf("encode an account: %w", err)
	}
	return change.Resource{Instance: st.instance, Kind: kindState, ID: st.user, Version: st.version, Document: raw}, nil
}

// spend uses a code up, one of an authenticator app or a recovery code, and says which it was.
func (s *Service) spend(st *state, code string) (account.How, bool, error) {
	secret, err := s.Sealer.Open(sealedAs(st.user), st.TOTP)
	if err != nil {
		return "", false, fmt.Errorf("open the secret of one-time codes of %s: %w", st.user, err)
	}
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if step, ok := totp.Check(secret, code, s.Clock.Now(), st.Last); ok {
		st.Last = step
		return account.ByCode, true, nil
	}
	hash := recoveryHash(code)
	at := slices.Index(st.Recovery, hash)
	if at < 0 {
		return "", false, nil
	}
	st.Recovery = slices.Delete(slices.Clone(st.Recovery), at, at+1)
	return account.ByRecovery, true, nil
}

// recoveryHash is how a recovery code is kept: 80 random bits need no salt and no slow hash.
func recoveryHash(code string) string {
	code = strings.ToUpper(strings.ReplaceAll(code, "-", ""))
	sum := sha256.Sum256([]byte("parley recovery " + code))
	return hex.EncodeToString(sum[:])
}
