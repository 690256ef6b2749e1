package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"parley/cmd/parley/internal/term"
)

// secret reads a secret from the environment: NAME, or the file that NAME_FILE names.
func secret(name string) (string, error) {
	path, ok := os.LookupEnv(name + "_FILE")
	if !ok {
		return os.Getenv(name), nil
	}
	return secretFile(name+"_FILE", path)
}

// secretFile reads a secret from a file; name is what the operator calls the setting.
func secretFile(name, path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return strings.TrimSpace(string(raw)), nil
}

// given returns a flag's value; where that is the default, a file that NAME_FILE
// names may hold another one, for a URL with a password.
func given(value, usual, name string) (string, error) {
	if _, ok := os.LookupEnv(name + "_FILE"); !ok || value != usual {
		return value, nil
	}
	return secret(name)
}

// coded is an error with its own exit code.
type coded struct {
	error
	code int
}

// exitCode returns what the shell is told.
func exitCode(err error) int {
	var c coded
	if errors.As(err, &c) {
		return c.code
	}
	return 1
}

// talked gives the errors of a chat their exit codes.
func talked(err error) error {
	if err == nil {
		return nil
	}
	return coded{err, term.ExitCode(err)}
}
