// Package practice keeps what an instance says of how its agents work, where
// Amazon Connect has no member for it: one document for each instance.
//
// It guarantees: whoever reads them gets settings that fit together, the
// defaults of an instance that never said anything.
package practice

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"parley/domain/agent"
	"parley/domain/alert"
	"parley/domain/remark"
	"parley/internal/fault"
	"parley/work/resource"
)

// Settings are those of an instance.
type Settings struct {
	resource.Stored
	// GiveBack: the chats of an agent whose connection is gone go back to their queues; else they wait for the agent.
	GiveBack bool `json:"giveBack,omitempty"`
	// GraceSeconds is how long an agent whose connection is gone may take to come back; 0 = DefaultGrace.
	GraceSeconds int              `json:"grace,omitempty"`
	Queue                         // of the queues that say nothing
	Queues       map[string]Queue `json:"queues,omitempty"` // by id
}

// Queue is what is said of the chats of a queue.
type Queue struct {
	// ReturnSeconds is for how long a customer who comes back is kept for the agent who served it last; nil = not said.
	ReturnSeconds *int `json:"return,omitempty"`
	// Codes are the disposition codes; nil = not said.
	Codes []string `json:"codes,omitempty"`
	// Limits are what the service is held to; nil = not said.
	Limits *alert.Limits `json:"limits,omitempty"`
}

// Bounds (our choice).
const (
	DefaultGrace = time.Minute
	MinGrace     = 5 // seconds
	MaxGrace     = 3_600
	MaxReturn    = 3_600 // seconds
	MaxCodes     = 200   // of a queue
	maxQueues    = 1_000
	// MaxLevelMinutes is the longest time that a service level may be about: it is computed anew every few seconds.
	MaxLevelMinutes = 60
	maxWait         = 604_800 // seconds; no chat is longer
)

func kind() resource.Kind[Settings, *Settings] {
	return resource.Of[Settings](resource.KindSettings, "Settings", "settings")
}

// Read returns the settings of an instance.
func Read(ctx context.Context, docs *resource.Store, instance string) (Settings, error) {
	s, err := kind().Get(ctx, docs, instance, instance)
	if fault.Is(err, fault.NotFound) {
		return Settings{Stored: resource.Stored{InstanceID: instance, ID: instance, Name: instance}}, nil
	}
	return s, err
}

// Change changes the settings of an instance as they stand and returns what became of them; fault.Invalid.
func Change(ctx context.Context, docs *resource.Store, instance string, apply func(*Settings) error) (s Settings, err error) {
	err = resource.Decided(ctx, "the settings", func() error {
		if s, err = Read(ctx, docs, instance); err != nil {
			return err
		}
		if err := apply(&s); err != nil {
			return err
		}
		if err := s.Check(); err != nil {
			return err
		}
		s.Modified = docs.Clock.Now()
		row, err := kind().Row(&s)
		if err != nil {
			return err
		}
		_, err = docs.Put(ctx, instance, resource.Token{}, row)
		return err
	})
	return s, err
}

// Check holds settings to their bounds; fault.Invalid.
func (s *Settings) Check() error {
	switch {
	case s.GraceSeconds != 0 && (s.GraceSeconds < MinGrace || s.GraceSeconds > MaxGrace):
		return fault.New(fault.Invalid, "grace_seconds is %d to %d", MinGrace, MaxGrace)
	case len(s.Queues) > maxQueues:
		return fault.New(fault.Invalid, "at most %d queues have settings of their own", maxQueues)
	}
	if err := s.Queue.check(); err != nil {
		return err
	}
	for _, q := range s.Queues {
		if err := q.check(); err != nil {
			return err
		}
	}
	return nil
}

func (q Queue) check() error {
	if r := q.ReturnSeconds; r != nil && (*r < 0 || *r > MaxReturn) {
		return fault.New(fault.Invalid, "return_seconds is 0 to %d", MaxReturn)
	}
	if len(q.Codes) > MaxCodes {
		return fault.New(fault.Invalid, "there are at most %d disposition codes", MaxCodes)
	}
	for i, code := range q.Codes {
		if code == "" || utf8.RuneCountInString(code) > remark.MaxCode || slices.Contains(q.Codes[:i], code) {
			return fault.New(fault.Invalid, "disposition codes have 1 to %d characters, and each comes once", remark.MaxCode)
		}
	}
	return checkLimits(q.Limits)
}

func checkLimits(l *alert.Limits) error {
	if l == nil {
		return nil
	}
	if w := l.WaitSeconds; w != nil && (*w < 1 || *w > maxWait) {
		return fault.New(fault.Invalid, "alerts: wait_seconds is 1 to %d", maxWait)
	}
	if c := l.WaitClearSeconds; c != nil && (l.WaitSeconds == nil || *c < 0 || *c > *l.WaitSeconds) {
		return fault.New(fault.Invalid, "alerts: wait_clear_seconds is 0 to wait_seconds")
	}
	if s := l.Level; s != nil && (s.Percent < 1 || s.Percent > 100 || s.Seconds < 1 || s.Seconds > maxWait || s.Minutes < 1 || s.Minutes > MaxLevelMinutes) {
		return fault.New(fault.Invalid, "alerts: service_level is percent 1 to 100, within_seconds 1 to %d, over_minutes 1 to %d", maxWait, MaxLevelMinutes)
	}
	if s := l.Level; s != nil && s.ClearPercent != nil && (*s.ClearPercent < s.Percent || *s.ClearPercent > 100) {
		return fault.New(fault.Invalid, "alerts: clear_percent of service_level is percent to 100")
	}
	return nil
}

// LimitsOf are what the service of a queue is held to.
func (s *Settings) LimitsOf(queue string) alert.Limits {
	limits := s.Limits
	if q := s.Queues[queue]; q.Limits != nil {
		limits = q.Limits
	}
	if limits == nil {
		return alert.Limits{}
	}
	return *limits
}

// Watched reports whether the service of any queue is held to anything.
func (s *Settings) Watched() bool {
	for _, q := range s.Queues {
		if q.Limits != nil {
			return true
		}
	}
	return s.Limits != nil
}

// Loss is what becomes of agents whose connection is gone.
func (s *Settings) Loss() agent.Loss {
	l := agent.Loss{Grace: time.Duration(s.GraceSeconds) * time.Second, GiveBack: s.GiveBack}
	if l.Grace == 0 {
		l.Grace = DefaultGrace
	}
	return l
}

// CodesOf are the disposition codes of a queue's contacts, nil = any code will do.
func (s *Settings) CodesOf(queue string) []string {
	if q := s.Queues[queue]; q.Codes != nil {
		return q.Codes
	}
	return s.Codes
}

// ReturnOf is for how long a customer who comes back to a queue is kept for the agent who served it last.
func (s *Settings) ReturnOf(queue string) time.Duration {
	seconds := s.ReturnSeconds
	if q := s.Queues[queue]; q.ReturnSeconds != nil {
		seconds = q.ReturnSeconds
	}
	if seconds == nil {
		return 0
	}
	return time.Duration(*seconds) * time.Second
}
