package session

import (
	"slices"
	"time"
)

// MatchedRule is a rule that matched a contact, as it was then.
type MatchedRule struct {
	ID       string
	Name     string
	Trigger  string // EventSourceName
	At       time.Time
	Category bool     `json:",omitempty"` // its name is a category of the contact
	Events   []string `json:",omitempty"` // names of the events that it sends
}

// Categories are the categories that rules have given the contact, in the order in which they did.
func (k *Contact) Categories() []string { return Categories(k.Rules) }

// Categories are those that matched rules have given.
func Categories(matched []MatchedRule) (names []string) {
	for _, r := range matched {
		if r.Category {
			names = append(names, r.Name)
		}
	}
	return names
}

// Matched reports whether a rule has matched the contact.
func (k *Contact) Matched(rule string) bool {
	return slices.ContainsFunc(k.Rules, func(r MatchedRule) bool { return r.ID == rule })
}
