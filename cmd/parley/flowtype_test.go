package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"parley/domain/flow"
)

func TestFlowType(t *testing.T) {
	for _, command := range []string{"lint", "test"} {
		for name, want := range map[string]flow.Type{
			"CUSTOMER_QUEUE": flow.CustomerQueue, "customer_queue": flow.CustomerQueue, "customerQueue": flow.CustomerQueue, "MODULE": flow.Module,
		} {
			var c commands
			k, err := kong.New(&c)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := k.Parse([]string{"flow", command, "--type", name, "x"}); err != nil {
				t.Errorf("%s --type %s: %v", command, name, err)
			}
			if got := flow.Type(c.Flow.Lint.Type + c.Flow.Test.Type); got != want {
				t.Errorf("%s --type %s is %q, want %q", command, name, got, want)
			}
		}
		var c commands
		k, err := kong.New(&c)
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Parse([]string{"flow", command, "--type", "VOICE", "x"})
		if err == nil || !strings.Contains(err.Error(), `there is no type "VOICE"; the types are CONTACT_FLOW, CUSTOMER_QUEUE,`) {
			t.Errorf("%s --type VOICE: %v", command, err)
		}
	}
}
