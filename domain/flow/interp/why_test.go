package interp_test

import (
	"testing"

	"parley/domain/flow/interp"
)

func TestWhyHasNoCause(t *testing.T) {
	for want, step := range map[string]interp.Trace{
		"Equals":          {Rule: interp.ByCondition, Detail: "Equals a:b c"},
		"NoMatchingError": {Rule: interp.ByError, Detail: "NoMatchingError: the function says: Ada is not known"},
		"skipped":         {Rule: interp.ByResult, Detail: "skipped: there is no Ada"},
		"disconnected":    {Rule: interp.ByEnd, Detail: "disconnected"},
		"":                {Rule: interp.ByResult},
	} {
		if got := step.Why(); got != want {
			t.Errorf("%+v: %q, want %q", step, got, want)
		}
	}
}
