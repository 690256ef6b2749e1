package node

import (
	"context"
	"path/filepath"

	"parley/node/datadir"
	"parley/store/sqlite"
)

// Inspect tells what is damaged in the database of a data directory, whose server may run. Nothing is changed.
func Inspect(ctx context.Context, data string) (damage []string, err error) {
	return sqlite.Inspect(ctx, filepath.Join(data, datadir.Database))
}
