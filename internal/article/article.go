// Package article puts the article before the name of a thing in a message.
package article

import "strings"

// A returns a noun with the article that it has after "there is". Hours of operation have none; a u is that of user.
func A(noun string) string {
	switch {
	case noun == "hours of operation":
		return noun
	case noun != "" && strings.Contains("aeio", strings.ToLower(noun[:1])):
		return "an " + noun
	}
	return "a " + noun
}
