package bench

import (
	"testing"
	"time"
)

func TestSpeedCountsCalls(t *testing.T) {
	s, err := probeSpeed(t.Context(), 200*time.Millisecond)
	if err != nil || s.PostsPerSecond < 100 || s.OfTarget != s.PostsPerSecond/targetSpeed {
		t.Errorf("%+v (%v), want hundreds of calls", s, err)
	}
}
