package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/alecthomas/kong"
)

// configFile is a JSON object with flags by name, as on the command line without the dashes before it.
type configFile map[string]json.RawMessage

// readConfig reads a configuration file.
func readConfig(r io.Reader) (kong.Resolver, error) {
	var c configFile
	if err := json.NewDecoder(r).Decode(&c); err != nil {
		return nil, fmt.Errorf("the configuration file must be a JSON object with flags by name: %w", err)
	}
	return c, nil
}

// Validate refuses a name that no command has as a flag: a misspelt setting must not be lost.
func (c configFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for name := range c {
		if !known[name] {
			return fmt.Errorf("the configuration file names %q, which is no flag", name)
		}
	}
	return err
}

// Resolve returns the file's value of a flag, nil if it has none.
func (c configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	raw, ok := c[flag.Name]
	if !ok {
		return nil, nil
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, fmt.Errorf("the configuration file's %s: %w", flag.Name, err)
	}
	return value, nil
}
