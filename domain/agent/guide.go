package agent

import (
	"slices"

	"parley/internal/fault"
)

// Guided notes the chat that guides the agent through a contact. It takes no slot. fault.NotFound: the agent does not have the contact.
func (a Agent) Guided(contact, guide string) (Agent, error) {
	i := slices.IndexFunc(a.Contacts, func(c Contact) bool { return c.ContactID == contact })
	if i < 0 {
		return a, fault.New(fault.NotFound, "The agent has no contact %s.", contact)
	}
	b := a.clone()
	b.Contacts[i].GuideID = guide
	return b, nil
}

// Unguide forgets a chat that guides the agent no more. fault.NotFound: it is not the one that does.
func (a Agent) Unguide(contact, guide string) (Agent, error) {
	if !slices.ContainsFunc(a.Contacts, func(c Contact) bool { return c.ContactID == contact && c.GuideID == guide }) {
		return a, fault.New(fault.NotFound, "The agent has no guide %s.", guide)
	}
	return a.Guided(contact, "")
}
