package admin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"time"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// SecurityKey is a public key of an instance. It is kept without effect.
type SecurityKey struct {
	resource.Stored
	Key     string    `json:"key"` // PEM
	Created time.Time `json:"created"`
}

// maxSecurityKeys is how many an instance may have (Amazon Connect: "up to two").
const maxSecurityKeys = 2

func securityKeys() resource.Kind[SecurityKey, *SecurityKey] {
	return resource.Of[SecurityKey](resource.KindSecurityKey, "AssociationId", "security key")
}

// AssociateSecurityKey notes a key in PEM form; one that is there already is fault.Exists.
func (s *Service) AssociateSecurityKey(ctx context.Context, instance, key string, t resource.Token) (SecurityKey, error) {
	if block, _ := pem.Decode([]byte(key)); block == nil {
		return SecurityKey{}, fault.New(fault.Invalid, "Key: it is not in PEM form")
	}
	sum := sha256.Sum256([]byte(key))
	k := SecurityKey{Key: key, Created: s.clock.Now()}
	k.InstanceID, k.Name = instance, hex.EncodeToString(sum[:])
	first, err := s.docs.Used(ctx, instance, t)
	if err != nil {
		return k, err
	}
	if first != "" {
		return securityKeys().Get(ctx, s.docs, instance, first)
	}
	all, err := securityKeys().All(ctx, s.docs, instance)
	if err != nil {
		return k, err
	}
	if len(all) >= maxSecurityKeys {
		return k, fault.New(fault.Quota, "There are %d security keys already", maxSecurityKeys)
	}
	_, err = securityKeys().Create(ctx, s.docs, &k, t)
	if fault.Is(err, fault.Duplicate) {
		err = fault.New(fault.Exists, "The key is associated already")
	}
	return k, err
}

// SecurityKeys lists the keys of an instance.
func (s *Service) SecurityKeys(ctx context.Context, instance string, page resource.Page) (_ []SecurityKey, next string, err error) {
	return securityKeys().List(ctx, s.docs, instance, page, nil)
}

// DisassociateSecurityKey forgets a key.
func (s *Service) DisassociateSecurityKey(ctx context.Context, instance, id string) error {
	return securityKeys().Delete(ctx, s.docs, instance, id, func(*SecurityKey) ([]change.Resource, error) { return nil, nil })
}
