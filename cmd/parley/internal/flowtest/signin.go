package flowtest

import (
	"encoding/json"
	"errors"

	"parley/domain/flow/interp"
	"parley/domain/sim"
	"parley/internal/fault"
)

// signInForms are what a customer does whom a flow asks to sign in.
func signInForms() []form {
	return []form{
		{words: "customer opens the sign-in", act: signing(func(p *player, _ args) error { return p.chat.OpenSignIn() })},
		{words: "customer signs in as SUBJECT", value: optionalValue, act: signing(signsIn)},
		{words: "customer signs in and is refused", value: optionalValue, act: signing(isRefused)},
		{words: "customer fails to sign in", act: signing(func(p *player, _ args) error { return p.chat.SignIn("") })},
		{words: "customer goes on without signing in", act: signing(func(p *player, _ args) error { return p.chat.OptOut() })},
	}
}

// signing is an act of a customer whom the flow has asked to sign in.
func signing(act func(*player, args) error) func(args) (func(*player) error, error) {
	return does(func(p *player, a args) error {
		err := act(p, a)
		if fault.Is(err, fault.NotFound) {
			return errors.New("the flow waits for nobody to sign in; a block that asks for it takes NoMatchingError, where the script has no line “given sign-in POOL” for its user pool")
		}
		return err
	})
}

// code is what the customer comes back with from the provider.
const code = "code"

// signsIn: the provider says that the customer is SUBJECT, and what it is called.
func signsIn(p *player, a args) error {
	payload, _ := json.Marshal(interp.Identity{Issuer: "https://provider.example", Subject: a.names[0], Name: a.value}) // texts always encode
	p.answers.add(interp.KindSignIn, "*", reply{Answer: sim.Answer{Payload: payload}})
	return p.chat.SignIn(code)
}

// isRefused: the customer comes back with a code that the provider does not take.
func isRefused(p *player, a args) error {
	r, _ := failure(a) // it reads every value
	p.answers.add(interp.KindSignIn, "*", r)
	return p.chat.SignIn(code)
}
