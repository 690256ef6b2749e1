package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"parley/internal/fault"
)

func TestKindOfAnError(t *testing.T) {
	cause := errors.New("disk")
	for name, c := range map[string]struct {
		err  error
		want fault.Kind
	}{
		"a fault":              {fault.New(fault.Denied, "no"), fault.Denied},
		"a fault with a cause": {fault.Wrap(fault.Throttled, cause, "slow"), fault.Throttled},
		"wrapped":              {fmt.Errorf("op: %w", fault.New(fault.Gone, "no")), fault.Gone},
		"joined":               {errors.Join(cause, fault.New(fault.InUse, "no")), fault.InUse},
		"the outer one":        {fault.Wrap(fault.Denied, fault.New(fault.NotFound, "inner"), "outer"), fault.Denied},
		"any other error":      {cause, fault.Internal},
		"none":                 {nil, fault.Internal},
	} {
		if got := fault.KindOf(c.err); got != c.want {
			t.Errorf("%s: kind %d, want %d", name, got, c.want)
		}
		var f *fault.Error
		if got := fault.Is(c.err, c.want); got != errors.As(c.err, &f) {
			t.Errorf("%s: Is says %v", name, got)
		}
		if fault.Is(c.err, fault.Unavailable) {
			t.Errorf("%s: is said to be of another kind", name)
		}
	}
}

// An error without a kind must not pass for one that was meant to be Internal.
func TestOnlyAFaultIsInternalOnPurpose(t *testing.T) {
	if fault.Is(errors.New("x"), fault.Internal) || fault.Is(nil, fault.Internal) {
		t.Error("an error without a kind carries a fault")
	}
	if !fault.Is(fault.New(fault.Internal, "x"), fault.Internal) {
		t.Error("an internal fault is not recognised")
	}
}

func TestMessageAndCauseStayApart(t *testing.T) {
	cause := errors.New("disk full")
	err := fault.Wrap(fault.Invalid, cause, "Name must have %d characters", 3)
	if err.Message != "Name must have 3 characters" || !errors.Is(err, cause) {
		t.Errorf("message %q, cause %v", err.Message, err.Err)
	}
	if got := err.Error(); got != "Name must have 3 characters: disk full" {
		t.Errorf("for the log: %q", got)
	}
	if got := fault.New(fault.Invalid, "plain").Error(); got != "plain" {
		t.Errorf("without a cause: %q", got)
	}
}
