package node

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/fault"
)

// storePatience is how long a test control waits for what it began to be stored (our choice).
const storePatience = 10 * time.Second

// controls are the test controls of a node.
type controls struct{ n *Node }

// Clock returns the logical time and its offset.
func (c controls) Clock() (time.Time, time.Duration) { return c.n.clock.Now(), c.n.clock.Offset() }

// Advance moves the clock ahead through the deadlines on the way.
func (c controls) Advance(ctx context.Context, d time.Duration) (int, error) {
	fired, err := c.n.due.Advance(ctx, d)
	c.n.router.Wake()
	if err != nil {
		return fired, err
	}
	return fired, c.n.keepClock(ctx)
}

// ResetClock returns to the system's time.
func (c controls) ResetClock(ctx context.Context) error {
	c.n.clock.SetOffset(0)
	c.n.rates.Reset()
	return c.n.keepClock(ctx)
}

// Reset ends and erases all chats, with all restores the configuration, and lets the ids follow from a seed.
func (c controls) Reset(ctx context.Context, all bool, seed *int64) error {
	if err := c.reset(ctx, all); err != nil {
		return err
	}
	c.n.sessions.IDs.Seed(seed)
	return nil
}

// Drop ends sockets of a chat on this node. Those that end without a close code are stored as lost when it returns; others
// are when their client has answered.
func (c controls) Drop(ctx context.Context, instance, contact, participant string, code uint16) (int, error) {
	snap, _, err := c.n.chat.Contact(ctx, cmp.Or(instance, c.n.ready.InstanceID), contact)
	if err != nil {
		return 0, err
	}
	dropped := c.n.gateway.Drop(snap.ID, participant, code)
	if code != 0 {
		return len(dropped), nil
	}
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	for _, t := range dropped {
		if err := c.n.presence.Settled(ctx, t.Session, t.Participant, t.ID); err != nil {
			return 0, fault.Wrap(fault.Unavailable, err, "the sockets were dropped, but that could not be stored")
		}
	}
	return len(dropped), nil
}

func (c controls) reset(ctx context.Context, all bool) error {
	const some = 500
	for {
		ids, err := c.n.store.Sessions(ctx, "", some)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		if err := c.erase(ctx, ids); err != nil {
			return err
		}
	}
	c.n.sessions.Forget()
	if err := c.n.router.Reset(ctx); err != nil {
		return err
	}
	c.n.rates.Reset()
	if all {
		if err := c.n.admin.Restore(ctx, c.n.ready.InstanceID, Alias); err != nil {
			return err
		}
		return c.n.firstAccounts(ctx, true)
	}
	return nil
}

// AgentToken returns the participant token of a user in a chat.
func (c controls) AgentToken(ctx context.Context, instance, user, contact string) (string, error) {
	return c.n.router.Credentials(ctx, cmp.Or(instance, c.n.ready.InstanceID), user, contact)
}

// erase ends the chats that still run, so that their sockets close, and forgets them.
func (c controls) erase(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := c.n.chat.End(ctx, id); err != nil && !fault.Is(err, fault.Gone) {
			return err
		}
	}
	if err := c.n.files.Erase(ctx, ids); err != nil {
		return err
	}
	if err := c.n.deliver.Erase(ctx, ids); err != nil {
		return err
	}
	return c.n.store.Forget(ctx, ids)
}

// Where a moved clock is kept, so that it stays moved after a restart.
const (
	kindClock = "test-clock"
	clockID   = "offset"
)

func (n *Node) keepClock(ctx context.Context) error {
	row := change.Resource{Kind: kindClock, ID: clockID, Document: []byte(strconv.FormatInt(int64(n.clock.Offset()), 10))}
	old, err := n.store.Resource(ctx, "", kindClock, clockID)
	switch {
	case err == nil:
		row.Version = old.Version
	case !fault.Is(err, fault.NotFound):
		return err
	}
	_, err = n.store.Commit(ctx, &change.Set{ID: uuid.NewString(), At: n.clock.Now(), Resources: []change.Resource{row}})
	return err
}

// restoreClock moves the clock as it was before a restart; without test controls it never moves.
func (n *Node) restoreClock(ctx context.Context) error {
	if !n.cfg.TestControls {
		return nil
	}
	row, err := n.store.Resource(ctx, "", kindClock, clockID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	offset, err := strconv.ParseInt(string(row.Document), 10, 64)
	if err != nil {
		return fmt.Errorf("read the test clock: %w", err)
	}
	n.clock.SetOffset(time.Duration(offset))
	return nil
}
