package account

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/domain/account"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/audit"
	"parley/work/resource"
)

// Guessing of passwords and codes is slowed by user, by address, and by both together, over all nodes: the counts are rows of the
// store, and an attempt is counted there before anything is compared. Whoever is refused leaves nothing behind; a count has one size,
// whatever was typed, and is forgotten when it is full again.

// DueGuess is the deadline at which a count is forgotten. Its owner is the count.
const DueGuess = kindGuess

// tellEvery is how often the audit log is told of the same empty count (our choice).
const tellEvery = time.Minute

// counted is what an attempt is counted as: a hash of a user, of an address, or of both.
type counted struct {
	id   string
	rate account.Rate
}

// tally is a count as it is stored.
type tally struct {
	counted
	version int64

	account.Bucket
	Told time.Time `json:"told,omitzero"` // when the audit log was told last that it is empty
}

// guess is one attempt, counted as a failure until it is undone.
type guess []counted

func count(rate account.Rate, parts ...string) counted {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return counted{hex.EncodeToString(sum[:]), rate}
}

// ofAddress is what an attempt is counted as that is for no user.
func ofAddress(address string) guess {
	return guess{count(account.PerAddress(), "a", account.Network(address))}
}

// ofUser is what an attempt is counted as. The user need not exist.
func ofUser(instance, user, address string) guess {
	user, address = strings.ToLower(user), account.Network(address)
	return guess{
		count(account.PerBoth(), "b", instance, user, address), count(account.PerUser(), "u", instance, user), count(account.PerAddress(), "a", address),
	}
}

// take counts an attempt, unless there were too many, fault.Throttled; then untold are the counts that are empty and of which the audit log
// has not heard for a while.
func (s *Service) take(ctx context.Context, this guess) (untold []tally, err error) {
	tallies, err := s.tallies(ctx, this)
	if err != nil {
		return nil, err
	}
	if untold, err = refusal(tallies, s.Clock.Now()); err != nil {
		return untold, err
	}
	select { // one at a time on this node: they would only conflict
	case s.counting <- struct{}{}:
		defer func() { <-s.counting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	err = resource.Decided(ctx, "The count of failed attempts", func() (err error) {
		if tallies, err = s.tallies(ctx, this); err != nil {
			return err
		}
		now := s.Clock.Now()
		if untold, err = refusal(tallies, now); err != nil {
			return err
		}
		for i := range tallies {
			tallies[i].Take(tallies[i].rate, now)
		}
		return s.keep(ctx, tallies, now)
	})
	return untold, err
}

// refusal is fault.Throttled if one of the counts is empty.
func refusal(tallies []tally, now time.Time) (untold []tally, err error) {
	var wait time.Duration
	for _, t := range tallies {
		left := t.Wait(t.rate, now)
		if wait = max(wait, left); left > 0 && now.Sub(t.Told) >= tellEvery {
			untold = append(untold, t)
		}
	}
	if wait > 0 {
		refused := fault.New(fault.Throttled, "Too many failed attempts; try again in %d seconds", int((wait+time.Second-1)/time.Second))
		refused.After = wait
		return untold, refused
	}
	return nil, nil
}

// tallies reads counts; one that is not there is full.
func (s *Service) tallies(ctx context.Context, this guess) ([]tally, error) {
	list := make([]tally, len(this))
	for i, one := range this {
		list[i].counted = one
		row, err := s.Store.Resource(ctx, "", kindGuess, one.id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list[i].version = row.Version
		if err := json.Unmarshal(row.Document, &list[i]); err != nil {
			return nil, fmt.Errorf("decode a count of failed attempts: %w", err)
		}
	}
	return list, nil
}

// keep stores counts, and forgets those that are full.
func (s *Service) keep(ctx context.Context, tallies []tally, now time.Time) error {
	set := s.set()
	for i := range tallies {
		if err := tallies[i].into(set, now); err != nil {
			return err
		}
	}
	_, err := s.Store.Commit(ctx, set)
	if fault.Is(err, fault.Duplicate) { // of two who make the same count
		return fault.Wrap(fault.Conflict, err, "The count is there already")
	}
	return err
}

// into writes a count into a Set.
func (t *tally) into(set *change.Set, now time.Time) error {
	due := change.DueKey{Owner: t.id, Kind: DueGuess}
	if t.Idle(now) {
		if t.version > 0 {
			set.Resources, set.Drop = append(set.Resources, change.Resource{Kind: kindGuess, ID: t.id, Version: t.version, Delete: true}), append(set.Drop, due)
		}
		return nil
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode a count of failed attempts: %w", err)
	}
	set.Resources = append(set.Resources, change.Resource{Kind: kindGuess, ID: t.id, Version: t.version, Document: raw})
	set.Due = append(set.Due, change.Due{DueKey: due, At: t.Full})
	return nil
}

// undo takes an attempt back: it did not fail. Where that cannot be stored it stays counted, which only slows.
func (s *Service) undo(ctx context.Context, this guess) {
	ctx = context.WithoutCancel(ctx)
	s.counting <- struct{}{}
	defer func() { <-s.counting }()
	_ = resource.Decided(ctx, "The count of failed attempts", func() error {
		tallies, err := s.tallies(ctx, this)
		if err != nil {
			return err
		}
		for i := range tallies {
			tallies[i].Return(tallies[i].rate)
		}
		return s.keep(ctx, tallies, s.Clock.Now())
	})
}

// guess counts an attempt; of one that is refused, fault.Throttled, the audit log is told now and then.
func (s *Service) guess(ctx context.Context, instance, name, address string) (guess, error) {
	this := ofUser(instance, name, address)
	untold, err := s.take(ctx, this)
	if len(untold) == 0 {
		return this, err
	}
	note := audit.Note{Event: throttled}
	p, lost := s.People.Named(ctx, instance, name)
	switch {
	case lost == nil:
		note.Subject = p.ID
	case !fault.Is(lost, fault.NotFound):
		return this, lost
	}
	return this, cmp.Or(s.tellThrottled(ctx, instance, note, untold), err)
}

// tellThrottled tells the audit log of counts that are empty. Of several nodes one does.
func (s *Service) tellThrottled(ctx context.Context, instance string, note audit.Note, untold []tally) error {
	set, now := s.set(), s.Clock.Now()
	for i := range untold {
		untold[i].Told = now
		if err := untold[i].into(set, now); err != nil {
			return err
		}
	}
	if _, err := s.Audit.Commit(ctx, set, instance, note); !fault.Is(err, fault.Conflict) {
		return err
	}
	return nil
}

// HandleGuess forgets a count that is full again.
func (s *Service) HandleGuess(ctx context.Context, ref change.DueRef) error {
	tallies, err := s.tallies(ctx, guess{{id: ref.Owner}})
	if err != nil {
		return err
	}
	set, now := s.set(), s.Clock.Now()
	if tallies[0].version > 0 {
		if err := tallies[0].into(set, now); err != nil {
			return err
		}
	}
	set.Done = []change.DueRef{ref}
	set.Drop = slices.DeleteFunc(set.Drop, func(k change.DueKey) bool { return k == ref.DueKey })
	if _, err = s.Store.Commit(ctx, set); fault.Is(err, fault.Conflict) {
		return nil // another node was faster, or somebody guesses again
	}
	return err
}
