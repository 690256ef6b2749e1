package account

import (
	"strings"
	"unicode/utf8"

	"parley/internal/fault"
)

// Bounds of passwords (ASVS 6.2.1, 6.2.9: at least eight characters, at least 64 allowed; twelve is our choice).
const (
	MinPassword = 12 // characters
	MaxPassword = 1024
)

// common are the words that guessers try first; a password that is nothing but one of them, in
// whatever case and with digits and signs around it, is refused.
var common = strings.Fields(`password passwort passw0rd p@ssword p@ssw0rd letmein welcome qwertyuiop qwertzuiop asdfghjkl iloveyou football baseball
	superman batman princess dragon monkey sunshine master administrator admin parley changeme secret trustno1 whatever starwars michael jordan
	abcdefghijkl contactcenter contactcentre callcenter amazonconnect customer service support helpdesk default`)

// CheckPassword refuses a password that is too short, too long, or among the first to be guessed for that user.
func CheckPassword(password, username string) error {
	n := utf8.RuneCountInString(password)
	if n < MinPassword || len(password) > MaxPassword {
		return fault.New(fault.Invalid, "A password has at least %d characters and at most %d bytes", MinPassword, MaxPassword)
	}
	core := strings.Trim(strings.ToLower(password), "0123456789 !?.,;:-_+*#$%&/()=@^")
	if core == "" || repeats(core) || core == strings.ToLower(username) {
		return fault.New(fault.Invalid, "This password is easily guessed: choose one that is no name and no row of digits")
	}
	for _, word := range common {
		if core == word || core == word+word {
			return fault.New(fault.Invalid, "This password is among the first that are guessed")
		}
	}
	return nil
}

// repeats tells whether a text is one short piece again and again.
func repeats(text string) bool {
	for n := 1; n <= 4 && n < len(text); n++ {
		if strings.Repeat(text[:n], len(text)/n+1)[:len(text)] == text {
			return true
		}
	}
	return false
}
