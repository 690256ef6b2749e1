package session

import "time"

// CustomerAuthentication is the segment attribute that says how the customer has signed in (Amazon Connect, contact records).
const CustomerAuthentication = "connect:CustomerAuthentication"

// Authenticated is its Status where the customer has.
const Authenticated = "AUTHENTICATED"

// Authentication is an open request of a flow that the customer sign in.
type Authentication struct {
	ID     string // SessionId on the wire
	Pool   string // UserPoolArn
	Client string // AppClientId
	Since  time.Time
	Until  time.Time // then the flow goes on without it
	// Attempt is set once the customer asked where to sign in.
	Attempt *SignIn `json:",omitempty"`
	// Answered: what the customer came back with waits for the flow. Nothing else is taken any more.
	Answered bool `json:",omitempty"`
}

// SignIn is an attempt to sign in at a provider: what must come back from there, and what proves that it was begun here.
type SignIn struct {
	Number   int // of the attempts of one Authentication, from 1: the others do not count any more
	Redirect string
	Nonce    string
	Verifier string
}

func (a *Authentication) clone() *Authentication {
	if a == nil {
		return nil
	}
	c := *a
	return &c
}
