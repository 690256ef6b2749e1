package account_test

import (
	"strings"
	"testing"
	"time"

	"parley/domain/account"
)

var t0 = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestSessionsEnd(t *testing.T) {
	s := account.Session{Created: t0, Seen: t0}
	for after, want := range map[time.Duration]bool{0: true, account.Idle - 1: true, account.Idle: false} {
		if got := s.Alive(t0.Add(after)); got != want {
			t.Errorf("idle for %v: alive %v", after, got)
		}
	}
	s.Seen = t0.Add(account.Lifetime - time.Second)
	if !s.Alive(t0.Add(account.Lifetime-time.Millisecond)) || s.Alive(t0.Add(account.Lifetime)) {
		t.Error("a session in use does not end with its lifetime")
	}
}

func TestPasswords(t *testing.T) {
	for password, good := range map[string]bool{
		"correct horse": true, "correct-hors": true, strings.Repeat("long and ", 100): true, "žluťoučký kůň": true, "Tr0ub4dor&3xyz": true,
		"": false, "short1!A": false, "elevenchars": false, strings.Repeat("x", 12): false, "123456789012": false, "abcabcabcabc": false,
		"Password1234": false, "passwordpassword": false, "ada.lovelace!": false, "ADA.LOVELACE12": false, strings.Repeat("ab cd ef gh", 100): false,
		"!!Admin12345678!!": false,
	} {
		if err := account.CheckPassword(password, "ada.lovelace"); (err == nil) != good {
			t.Errorf("%.30q: %v", password, err)
		}
	}
}

func TestBuckets(t *testing.T) {
	rate := account.Rate{Burst: 3, Every: time.Minute}
	var b account.Bucket
	if got := b.Wait(rate, t0); got != 0 {
		t.Errorf("nothing went wrong yet, and the wait is %v", got)
	}
	for i := range 3 {
		if !b.Take(rate, t0) {
			t.Errorf("failure %d is one too many", i+1)
		}
	}
	if b.Take(rate, t0) || b.Take(rate, t0.Add(time.Minute-1)) {
		t.Error("a fourth failure is allowed at once")
	}
	if got := b.Wait(rate, t0); got != time.Minute {
		t.Errorf("the wait is %v", got)
	}
	if !b.Take(rate, t0.Add(time.Minute)) || b.Take(rate, t0.Add(time.Minute)) {
		t.Error("after a minute it is not exactly one more")
	}
	b.Return(rate)
	if !b.Take(rate, t0.Add(time.Minute)) {
		t.Error("what was given back is gone")
	}
	if b.Idle(t0) || !b.Idle(t0.Add(time.Hour)) || b.Wait(rate, t0.Add(time.Hour)) != 0 {
		t.Error("a bucket does not fill")
	}
}
