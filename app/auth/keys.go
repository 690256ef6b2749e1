// Package auth knows who is calling the Amazon Connect API and what they may
// do: access keys with their limits, and the keys that sign participants' tokens.
//
// It guarantees: a secret is stored only sealed by the master key; a key that is
// disabled or deleted is refused within one second on every node; a key with
// limits is refused whatever its limits do not name.
package auth

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/store"
)

// kindKey is the resource kind of access keys.
const kindKey = "access-key"

// firstName is the name of the key that was generated at the first start, so
// that there is only one.
const firstName = "first"

// keyAge is how long a node trusts what it has read of a key.
const keyAge = time.Second

// Key is an access key: an id, a secret, and what it may be used for.
type Key struct {
	ID         string    `json:"-"`
	Version    int64     `json:"-"`
	Sealed     []byte    `json:"sealed"`
	Created    time.Time `json:"created"`
	Disabled   bool      `json:"disabled,omitempty"`
	Operations []string  `json:"operations,omitempty"` // nil = all
	Instances  []string  `json:"instances,omitempty"`  // ids; nil = all
	Note       string    `json:"note,omitempty"`
	First      bool      `json:"first,omitempty"` // came with the server

	name string // unique where there is one
}

// Keys keeps the access keys. It is safe for concurrent use.
type Keys struct {
	store  store.Store
	sealer *seal.Sealer
	clock  *clock.Clock

	mu      sync.Mutex
	known   map[string]known
	changes int // how many changes this node heard of
	tell    func(ctx context.Context, id string)
}

type known struct {
	at     time.Time // wall clock
	key    Key
	secret string
	ok     bool
}

// maxKnown bounds what is remembered of ids, the made-up ones included.
const maxKnown = 10_000

// NewKeys returns the access keys of a store.
func NewKeys(st store.Store, sealer *seal.Sealer, c *clock.Clock) *Keys {
	return &Keys{store: st, sealer: sealer, clock: c, known: map[string]known{}, tell: func(context.Context, string) {}}
}

// Secret returns the secret of an enabled key; ok is false for any other id.
func (k *Keys) Secret(ctx context.Context, id string) (secret string, ok bool, err error) {
	got, err := k.find(ctx, id)
	return got.secret, got.ok && !got.key.Disabled, err
}

// May reports whether a key may call an operation: nil, or fault.Denied that
// names the action. inInstance says whether the operation works in an instance,
// for which MayIn is asked too; a key that is limited to instances may call no other.
func (k *Keys) May(ctx context.Context, id, operation string, inInstance bool) error {
	got, err := k.find(ctx, id)
	switch {
	case err != nil:
		return err
	case !got.ok,
		got.key.Operations != nil && !slices.Contains(got.key.Operations, operation),
		got.key.Instances != nil && !inInstance:
		return notAuthorized(operation)
	}
	return nil
}

// MayIn reports whether a key may call an operation in an instance.
func (k *Keys) MayIn(ctx context.Context, id, operation, instance string) error {
	got, err := k.find(ctx, id)
	switch {
	case err != nil:
		return err
	case !got.ok:
		return notAuthorized(operation)
	case got.key.Instances != nil && !slices.Contains(got.key.Instances, instance):
		return fault.New(fault.Denied, "This access key is not authorized to perform: connect:%s in instance %s", operation, instance)
	}
	return nil
}

// MayManage reports whether a key may manage keys: only one without limits.
func (k *Keys) MayManage(ctx context.Context, id string) error {
	got, err := k.find(ctx, id)
	switch {
	case err != nil:
		return err
	case !got.ok, got.key.Operations != nil, got.key.Instances != nil:
		return fault.New(fault.Denied, "Only an access key without limits may manage keys")
	}
	return nil
}

func notAuthorized(operation string) error {
	return fault.New(fault.Denied, "This access key is not authorized to perform: connect:%s", operation)
}

func (k *Keys) find(ctx context.Context, id string) (known, error) {
	if len(id) > maxKeyID {
		return known{}, nil
	}
	k.mu.Lock()
	got, ok := k.known[id]
	changes := k.changes
	k.mu.Unlock()
	if ok && clock.Wall().Sub(got.at) < keyAge {
		return got, nil
	}
	got, err := k.read(ctx, id)
	if err != nil {
		return known{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= maxKnown {
		clear(k.known)
	}
	if k.changes == changes { // otherwise what was read may be of before the change
		k.known[id] = got
	}
	return got, nil
}

func (k *Keys) read(ctx context.Context, id string) (known, error) {
	now := clock.Wall()
	key, err := k.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return known{at: now}, nil
	}
	if err != nil {
		return known{}, err
	}
	secret, err := k.sealer.Open(sealedAs(id), key.Sealed)
	if err != nil {
		return known{}, fmt.Errorf("open the secret of access key %s: %w", id, err)
	}
	return known{at: now, key: key, secret: string(secret), ok: true}, nil
}

func sealedAs(id string) string { return kindKey + "/" + id }

// Get returns a key without its secret; fault.NotFound.
func (k *Keys) Get(ctx context.Context, id string) (Key, error) {
	r, err := k.store.Resource(ctx, "", kindKey, id)
	if err != nil {
		return Key{}, err
	}
	return readKey(r)
}

func readKey(r *change.Resource) (Key, error) {
	var key Key
	if err := json.Unmarshal(r.Document, &key); err != nil {
		return key, fmt.Errorf("decode access key %s: %w", r.ID, err)
	}
	key.ID, key.name, key.Version = r.ID, r.Name, r.Version
	return key, nil
}

// First returns the key that came with the server, and its secret: the given
// one, or without it a generated one that is kept. A given secret replaces the
// stored one. Of several nodes that start at once one makes it.
func (k *Keys) First(ctx context.Context, id, secret string) (string, string, error) {
	for {
		first, kept, err := k.keepFirst(ctx, id, secret)
		if !fault.Is(err, fault.Duplicate) && !fault.Is(err, fault.Conflict) { // those: another node was faster
			return first, kept, err
		}
	}
}

func (k *Keys) keepFirst(ctx context.Context, id, secret string) (string, string, error) {
	first, err := k.first(ctx, id)
	if fault.Is(err, fault.NotFound) {
		key := Key{ID: id, First: true, Note: "made at the first start"}
		if id == "" {
			key.name = firstName
		}
		key, secret, err := k.Create(ctx, key, secret)
		return key.ID, secret, err
	}
	if err != nil {
		return "", "", err
	}
	got, err := k.read(ctx, first)
	if secret == "" || err == nil && secret == got.secret {
		return first, got.secret, err
	}
	_, err = k.rotate(ctx, got.key, secret)
	return first, secret, err
}

// first finds the key: the one with the given id, else the one that was made first.
func (k *Keys) first(ctx context.Context, id string) (string, error) {
	if id != "" {
		_, err := k.Get(ctx, id)
		return id, err
	}
	all, err := k.List(ctx)
	if err != nil {
		return "", err
	}
	for _, key := range all {
		if key.First {
			return key.ID, nil
		}
	}
	return "", fault.New(fault.NotFound, "there is no first key yet")
}

// List returns all keys by id.
func (k *Keys) List(ctx context.Context) ([]Key, error) {
	const most = 10_000
	rows, err := k.store.Resources(ctx, "", kindKey, "", most)
	if err != nil {
		return nil, err
	}
	keys := make([]Key, 0, len(rows))
	for i := range rows {
		key, err := readKey(&rows[i])
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// check refuses an empty list of limits: stored, it would be read as no limit.
func (k Key) check() error {
	if k.Operations != nil && len(k.Operations) == 0 || k.Instances != nil && len(k.Instances) == 0 {
		return fault.New(fault.Invalid, "operations and instances: an empty list would allow nothing; leave it out to allow everything")
	}
	return nil
}

// Create stores a key under a secret; an empty id or secret is generated. It
// returns the secret: this is the only time that it can be seen.
func (k *Keys) Create(ctx context.Context, key Key, secret string) (Key, string, error) {
	if err := key.check(); err != nil {
		return key, "", err
	}
	if key.ID == "" {
		key.ID = NewKeyID()
	}
	if secret == "" {
		secret = NewSecret()
	}
	key.Created, key.Version = k.clock.Now(), 0
	key.Sealed = k.sealer.Seal(sealedAs(key.ID), []byte(secret))
	return key, secret, k.put(ctx, key)
}

// changeable finds a key that may be changed while the server runs: all but the
// one that came with it, on which its own commands rely.
func (k *Keys) changeable(ctx context.Context, id string) (Key, error) {
	key, err := k.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return key, fault.New(fault.NotFound, "There is no access key of that id")
	}
	if err == nil && key.First {
		err = fault.New(fault.Rule, "This key came with the server, and its own commands use it: start with PARLEY_ACCESS_KEY_ID and PARLEY_SECRET_ACCESS_KEY to give it another secret")
	}
	return key, err
}

// Rotate gives a key a new secret and returns it; the old one is refused from now on.
func (k *Keys) Rotate(ctx context.Context, id, secret string) (string, error) {
	key, err := k.changeable(ctx, id)
	if err != nil {
		return "", err
	}
	return k.rotate(ctx, key, secret)
}

func (k *Keys) rotate(ctx context.Context, key Key, secret string) (string, error) {
	if secret == "" {
		secret = NewSecret()
	}
	key.Sealed = k.sealer.Seal(sealedAs(key.ID), []byte(secret))
	return secret, k.put(ctx, key)
}

// SetDisabled refuses or allows a key.
func (k *Keys) SetDisabled(ctx context.Context, id string, disabled bool) error {
	key, err := k.changeable(ctx, id)
	if err != nil {
		return err
	}
	key.Disabled = disabled
	return k.put(ctx, key)
}

// Delete removes a key.
func (k *Keys) Delete(ctx context.Context, id string) error {
	key, err := k.changeable(ctx, id)
	if err != nil {
		return err
	}
	return k.commit(ctx, change.Resource{Kind: kindKey, ID: id, Version: key.Version, Delete: true})
}

func (k *Keys) put(ctx context.Context, key Key) error {
	raw, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("encode access key: %w", err)
	}
	return k.commit(ctx, change.Resource{Kind: kindKey, ID: key.ID, Name: key.name, Version: key.Version, Document: raw})
}

func (k *Keys) commit(ctx context.Context, r change.Resource) error {
	_, err := k.store.Commit(ctx, &change.Set{ID: uuid.NewString(), At: k.clock.Now(), Resources: []change.Resource{r}})
	k.forget(r.ID)
	if err == nil {
		k.tell(ctx, r.ID)
	}
	return err
}

// maxKeyID is the most characters that an id has (AWS, AccessKeyId); longer ones are not even remembered.
const maxKeyID = 128

// NewKeyID returns an id in AWS's form.
func NewKeyID() string { return "AKIA" + base32.StdEncoding.EncodeToString(random(10)) }

// NewSecret returns a secret of 240 random bits in AWS's form.
func NewSecret() string { return base64.StdEncoding.EncodeToString(random(30)) }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand stops the program instead
	return b
}
