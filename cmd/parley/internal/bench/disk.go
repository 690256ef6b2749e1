package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"parley/internal/datasync"
)

const (
	probeBlock = 4 << 10   // bytes written before each sync
	probeSize  = 512 << 10 // bytes of the file, written in advance
)

// probeDisk writes 4 KiB and syncs it, again and again for d, in a new file in
// dir, and records what each sync takes.
func probeDisk(ctx context.Context, dir string, d time.Duration, h *Histogram) (err error) {
	path := filepath.Join(dir, fmt.Sprintf(".bench-%d", os.Getpid()))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		file.Close()
		os.Remove(path)
	}()
	if _, err := file.Write(make([]byte, probeSize)); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	block := make([]byte, probeBlock)
	for i, end := 0, time.Now().Add(d); time.Now().Before(end) && ctx.Err() == nil; i++ {
		block[0] = byte(i)
		if _, err := file.WriteAt(block, int64(i*probeBlock%probeSize)); err != nil {
			return err
		}
		start := time.Now()
		if err := datasync.File(file); err != nil {
			return err
		}
		h.Record(time.Since(start))
	}
	return nil
}
