// Package account holds the rules of the accounts of people: how long a
// sign-in lasts, which passwords are good, how often one may guess.
//
// It guarantees: a sign-in that is over never counts again; guessing is slowed
// for one user, one address and both together, and signing in rightly costs nothing.
package account

import "time"

// How long a sign-in lasts (our choice: a long shift; an hour away from the desk).
const (
	Lifetime = 12 * time.Hour
	Idle     = time.Hour
	// Noted is how exactly the last use is known: it is stored no more often than this.
	Noted = 5 * time.Minute
	// MaxSessions is how many sign-ins a user has at once; one more ends the oldest.
	MaxSessions = 20
)

// Session is one sign-in of a user.
type Session struct {
	UserID     string    `json:"user"`
	InstanceID string    `json:"instance"`
	Created    time.Time `json:"created"`
	Seen       time.Time `json:"seen"`  // within Noted
	Proof      string    `json:"proof"` // of the password that was valid then: another one ends the session
	How        How       `json:"how"`
	Agent      string    `json:"agent,omitempty"`   // what the browser calls itself, clipped
	Address    string    `json:"address,omitempty"` // where it was begun
	Subject    string    `json:"subject,omitempty"` // at the OIDC provider
	SID        string    `json:"sid,omitempty"`     // the provider's own session
	Given      Given     `json:"given,omitempty"`   // the password was not the user's own choice
}

// Given says where a password comes from that its user did not choose.
type Given string

// The passwords that somebody did not choose.
const (
	ByServer Given = "server" // generated at the first start
	ByOther  Given = "other"  // set by an administrator
)

// How says in which way somebody signed in.
type How string

// The ways to sign in.
const (
	ByPassword How = "password"
	ByCode     How = "password and code"
	ByRecovery How = "password and recovery code"
	ByProvider How = "provider"
)

// Ends is when a session ends at the latest.
func (s Session) Ends() time.Time { return s.Created.Add(Lifetime) }

// Over is when a session ends that is not used any more.
func (s Session) Over() time.Time {
	if idle := s.Seen.Add(Idle); idle.Before(s.Ends()) {
		return idle
	}
	return s.Ends()
}

// Alive reports whether a session has neither run out nor lain idle too long.
func (s Session) Alive(now time.Time) bool { return now.Before(s.Over()) }

// Stale reports whether the last use is to be stored anew.
func (s Session) Stale(now time.Time) bool { return now.Sub(s.Seen) >= Noted }
