package main

import (
	"bytes"
	"fmt"
)

// rewrite replaces a pattern that Go's regexp cannot compile, or that the
// model spells wrongly, by expressions of which all must match and none may.
type rewrite struct {
	all, none []string
}

// rewrites returns the replacements by the model's pattern. Look-ahead,
// \uXXXX, slashes around the expression and doubled backslashes are the causes.
func rewrites() map[string]rewrite {
	const phone = `\+[1-9]\d{1,14}$`
	return map[string]rewrite{
		`^(?!aws:)[a-zA-Z+-=._:/]+$`:                                        {[]string{`^[a-zA-Z+-=._:/]+$`}, []string{`^aws:`}},
		`^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`:                             {[]string{`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`}, []string{`^aws:`}},
		`^(?!d-)([\da-zA-Z]+)([-]*[\da-zA-Z])*$`:                            {[]string{`^[\da-zA-Z]+([-]*[\da-zA-Z])*$`}, []string{`^d-`}},
		`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+$`:                  {[]string{`[\t\n\r -~\x{A1}-\x{FF}]+$`}, nil},
		`(?!aws:|connect:)[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+$`: {[]string{`^[\t\n\r -~\x{A1}-\x{FF}]+$`}, []string{`^(aws|connect):`}},
		`/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z\d\S]{8,64}$/`:              {[]string{`[a-z]`, `[A-Z]`, `\d`, `^\S{8,64}$`}, nil},
		// The model asks for one character and a length of up to 64.
		`^[a-zA-Z0-9]$`:      {[]string{`^[a-zA-Z0-9]+$`}, nil},
		`\\+[1-9]\\d{1,14}$`: {[]string{phone}, nil},
		`s3://\S+/.+|https://\\S+\\.s3\\.\\S+\\.amazonaws\\.com/\\S+`: {[]string{`s3://\S+/.+|https://\S+\.s3\.\S+\.amazonaws\.com/\S+`}, nil},
	}
}

// writePatterns writes a lazily compiled pattern for every reachable shape
// that has one.
func (g *generator) writePatterns(b *bytes.Buffer) {
	table := rewrites()
	for _, name := range g.shapes("string") {
		s := g.Shapes[name]
		if s.Pattern == "" || !g.decoded[name] {
			continue
		}
		r := table[s.Pattern]
		fmt.Fprintf(b, "var %s = restjson.LazyPattern(%s, %s, %s)\n", patternVar(name), quoted(s.Pattern), stringList(r.all), stringList(r.none))
	}
}

func patternVar(shapeName string) string { return "pattern" + exported(shapeName) }

func quoted(s string) string { return fmt.Sprintf("%q", s) }

func stringList(l []string) string {
	if l == nil {
		return "nil"
	}
	return fmt.Sprintf("%#v", l)
}
