package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"parley/internal/seal"
	"parley/node/datadir"
)

type secretCommands struct {
	New    secretNew    `cmd:"" help:"Print a new master key."`
	Rotate secretRotate `cmd:"" help:"Have the master key in the data directory replaced at the server's next start."`
}

// Help says how several servers change their key.
func (secretCommands) Help() string {
	return "The master key seals what is secret in the store. A server with a data directory of its own: parley secret rotate, then restart it. " +
		"Several servers over one database, which get the key by PARLEY_MASTER_KEY, in three rounds of restarts: first all with the new key in " +
		"PARLEY_OTHER_MASTER_KEYS; then all with the new key as PARLEY_MASTER_KEY and the old one in PARLEY_OTHER_MASTER_KEYS; then without the old one."
}

type secretNew struct{}

// Run prints a key.
func (secretNew) Run() error {
	key := make([]byte, len(seal.Key{}))
	rand.Read(key) // never fails
	fmt.Println(hex.EncodeToString(key))
	return nil
}

type secretRotate struct {
	Data string `default:"data" env:"PARLEY_DATA" help:"Data directory; its server may run."`
}

// Run makes the next key. Twice is the same as once.
func (c secretRotate) Run() error {
	if _, set := os.LookupEnv("PARLEY_MASTER_KEY"); set {
		return errors.New("the master key comes from PARLEY_MASTER_KEY: parley secret --help tells how to change that one")
	}
	if _, err := os.Stat(filepath.Join(c.Data, datadir.MasterKey)); err != nil {
		return fmt.Errorf("there is no master key to replace: %w", err)
	}
	if _, err := seal.LoadOrCreateMasterKey(filepath.Join(c.Data, datadir.NextMasterKey)); err != nil {
		return err
	}
	fmt.Println("Restart the server: it seals everything that is stored with the new key, which then replaces master.key. Backups from before need the old one, which they hold.")
	return nil
}
