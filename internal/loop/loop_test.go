package loop_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/loop"
)

// A round that fails or panics is told, and the next one comes at its time; the end of ctx ends the loop and is no failure.
func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began, rounds := time.Now(), 0
		var told []string
		loop.Every(ctx, time.Second, func() error {
			rounds++
			switch rounds {
			case 1:
				return errors.New("away")
			case 2:
				panic("what a customer said")
			case 4:
				cancel()
				return ctx.Err()
			}
			return nil
		}, func(err error) { told = append(told, err.Error()) })
		if took := time.Since(began); rounds != 4 || took != 4*time.Second {
			t.Errorf("%d rounds in %v", rounds, took)
		}
		if len(told) != 2 || told[0] != "away" || told[1] != "panic: string" {
			t.Errorf("told are %q", told)
		}
	})
}

func TestSurvive(t *testing.T) {
	wrong := errors.New("wrong")
	if err := loop.Survive(func() error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("an error is %v", err)
	}
	if err := loop.Survive(func() error { return nil }); err != nil {
		t.Errorf("nothing is %v", err)
	}
}
