package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// A flag before a command that it is not for: whoever reads the refusal knows where it belongs.
func TestWhereAFlagBelongs(t *testing.T) {
	for _, command := range []string{"deliveries sinks", "audit verify"} {
		var c commands
		k, err := kong.New(&c)
		if err != nil {
			t.Fatal(err)
		}
		group, name, _ := strings.Cut(command, " ")
		if _, err := k.Parse([]string{group, name, "--data", "a"}); err != nil {
			t.Errorf("%s --data a: %v", command, err)
		}
		_, err = k.Parse([]string{group, "--data", "a", name})
		var parse *kong.ParseError
		if err = where(err); err == nil || !strings.Contains(err.Error(), "behind the command") || !errors.As(err, &parse) {
			t.Errorf("%s --data a %s: %v", group, name, err)
		}
	}
	if other := errors.New("another"); !errors.Is(where(other), other) || where(nil) != nil || strings.Contains(where(other).Error(), "behind") {
		t.Errorf("another error is told as %v", where(other))
	}
}
