package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"parley/app/auth"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/node/datadir"
	"parley/work/audit"
	"parley/work/resource"
)

// sealers returns the sealer of a start: it seals with the master key, and opens
// what others sealed, too. A next key in the data directory takes the place of the
// one there as soon as everything is sealed with it.
func (n *Node) openSealer() (err error) {
	master, err := n.masterKey()
	if err != nil {
		return err
	}
	others, err := parseKeys(n.cfg.OtherMasterKeys)
	if err != nil {
		return err
	}
	if n.cfg.MasterKey == "" {
		next := n.cfg.file(datadir.NextMasterKey)
		switch _, err := os.Stat(next); {
		case err == nil:
			others = append(others, master)
			if master, err = seal.LoadOrCreateMasterKey(next); err != nil {
				return err
			}
			n.rotating = true
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("look for a new master key: %w", err)
		}
	}
	n.resealing = len(others) > 0
	n.sealer, err = seal.New(master, others...)
	return err
}

// parseKeys reads master keys with blanks or commas between them.
func parseKeys(text string) (keys []seal.Key, err error) {
	for _, field := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }) {
		key, err := seal.ParseKey(field)
		if err != nil {
			return nil, fmt.Errorf("PARLEY_OTHER_MASTER_KEYS: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// reseal seals everything with the master key that others sealed, and makes a
// next key the one of the data directory. If the process dies on the way, the next start goes on.
func (n *Node) reseal(ctx context.Context) error {
	if !n.resealing {
		return nil
	}
	total := 0
	for try := 0; ; try++ {
		count, err := n.resealAll(ctx)
		if total += count; err == nil {
			break
		}
		const tries = 10 // other nodes do the same
		if !fault.Is(err, fault.Conflict) || try == tries {
			return fmt.Errorf("seal the stored secrets with the new master key: %w", err)
		}
	}
	if total > 0 {
		n.log.Info("stored secrets were sealed with the current master key", slog.Int("count", total))
		if err := n.audit.Note(ctx, "", audit.Note{Event: "secrets sealed with another master key", Detail: fmt.Sprint(total)}); err != nil {
			return err
		}
	}
	if !n.rotating {
		return nil
	}
	if err := os.Rename(n.cfg.file(datadir.NextMasterKey), n.cfg.file(datadir.MasterKey)); err != nil {
		return fmt.Errorf("make the new master key the current one: %w", err)
	}
	return datadir.Sync(n.cfg.Data)
}

func (n *Node) resealAll(ctx context.Context) (total int, err error) {
	instances, err := n.resources.All(ctx, "", resource.KindInstance)
	if err != nil {
		return 0, err
	}
	todo := []func() (int, error){
		func() (int, error) { return auth.Reseal(ctx, n.store, n.sealer, n.clock.Now()) },
		func() (int, error) { return audit.Reseal(ctx, n.store, n.sealer, n.clock.Now()) },
	}
	for _, in := range instances {
		todo = append(todo, func() (int, error) { return n.accounts.Reseal(ctx, in.ID) }, func() (int, error) { return n.widgets.Reseal(ctx, in.ID) })
	}
	for _, one := range todo {
		count, err := one()
		if total += count; err != nil {
			return total, err
		}
	}
	return total, nil
}
