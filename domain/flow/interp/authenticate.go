package interp

import (
	"encoding/json"
	"time"

	"parley/domain/flow"
)

// KindSignIn asks the provider of a user pool, Target, who has signed in: Payload is a SignInRequest, the answer an Identity.
const KindSignIn = "signin"

// signInTimeout bounds what a provider may take to say who signed in (our choice).
const signInTimeout = 15 * time.Second

// The minutes in which a customer has to sign in (Amazon Connect, Authenticate Customer).
const (
	usualSignInMinutes = 3
	leastSignInMinutes = 3
	mostSignInMinutes  = 15
)

// SignInRequest is what a provider is asked with. It is secret.
type SignInRequest struct {
	Pool     string `json:"-"`      // UserPoolArn
	Client   string `json:"client"` // AppClientId
	Redirect string `json:"redirect"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Code     string `json:"code"`
}

// Identity is who a provider says that a customer is.
type Identity struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"` // never another person's at that issuer
	Name    string `json:"name,omitempty"`
}

// Authentication asks the flow's customer to sign in.
type Authentication interface {
	// Authenticate asks the customer to sign in with a client of a user pool. A pool that is not known here is an error.
	Authenticate(pool, client string, until time.Time) error
	// Unauthenticated says that this came to nothing, and why.
	Unauthenticated(why SignInEnd)
	// Authenticated says who the customer is.
	Authenticated(who Identity)
}

// SignInEnd is why nobody has signed in.
type SignInEnd string

// The ways in which a sign-in comes to nothing.
const (
	SignInFailed   SignInEnd = "failed"   // the provider, or who brought its answer, says so
	SignInTooLate  SignInEnd = "timeout"  // the time limit is over
	SignInOptedOut SignInEnd = "optedout" // the customer went on without it
)

// SignIn says what a customer did who was asked to sign in: it came back from the provider with a code, or
// that came to nothing, SignInFailed or SignInOptedOut.
type SignIn struct {
	Request *SignInRequest
	End     SignInEnd // where Request is nil
}

func (SignIn) input() {}

// authenticate asks the customer to sign in, and waits.
func authenticate(m *machine, a *flow.Action) result {
	pools := a.Parameters.Field("CognitoConfiguration")
	pool, _ := m.text(pools.Field("UserPoolArn"))
	client, _ := m.text(pools.Field("AppClientId"))
	if pool == "" || client == "" {
		return refuse("there is no user pool, or no client of it")
	}
	minutes, ok := m.integer(a.Parameters.Field("TimeLimitMinutes"))
	if !ok || minutes < leastSignInMinutes || minutes > mostSignInMinutes {
		minutes = usualSignInMinutes
	}
	until := m.after(60 * minutes)
	if err := m.world.Authenticate(pool, client, until); err != nil {
		return refuse("the customer cannot be asked to sign in: " + err.Error())
	}
	return stop(Outcome{Kind: Blocked, Until: until})
}

// resumeAuthenticate takes what the customer did, and then who the provider says that it is.
func resumeAuthenticate(m *machine, _ *flow.Action, in Input) (result, bool) {
	switch in := in.(type) {
	case Timer:
		if m.now.Before(m.run.Wait.Until) {
			return result{}, false
		}
		m.world.Unauthenticated(SignInTooLate)
		return fail("TimeLimitExceeded", "the customer did not sign in in time"), true
	case SignIn:
		return m.signIn(in), true
	case Result:
		return m.identified(in), true
	}
	return result{}, false
}

func (m *machine) signIn(in SignIn) result {
	switch {
	case in.Request != nil:
		return m.callOut(Call{Kind: KindSignIn, Target: in.Request.Pool, Timeout: signInTimeout, Payload: m.encode(in.Request)})
	case in.End == SignInOptedOut:
		m.world.Unauthenticated(SignInOptedOut)
		return value("OptedOut")
	}
	m.world.Unauthenticated(SignInFailed)
	return refuse("the customer did not sign in")
}

// identified ends the block. A sign-in that did not hold is the customer's to try again only where the flow says so.
func (m *machine) identified(in Result) result {
	var who Identity
	if in.Err == "" && (json.Unmarshal(in.Payload, &who) != nil || who.Subject == "") {
		in.Err = "the provider did not say who it is"
	}
	if in.Err != "" {
		m.world.Unauthenticated(SignInFailed)
		return refuse("the sign-in did not hold: " + in.Err)
	}
	m.world.Authenticated(who)
	return done()
}
