package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// writeEnums writes, for every reachable enumeration, a constant per name and
// one with the whole set for the decoders.
func (g *generator) writeEnums(b *bytes.Buffer) {
	taken := map[string]bool{}
	for _, name := range g.shapes("structure") {
		taken[g.names[name]] = true
	}
	for _, name := range g.shapes("string") {
		s := g.Shapes[name]
		if len(s.Enum) == 0 {
			continue
		}
		fmt.Fprintf(b, "// The names of the model's %s.\nconst (\n", name)
		for _, v := range s.Enum {
			goName := exported(name) + camel(v)
			for taken[goName] {
				goName += "_"
			}
			taken[goName] = true
			fmt.Fprintf(b, "%s = %q\n", goName, v)
		}
		fmt.Fprintf(b, "\n%s = %q\n)\n\n", enumConst(name), strings.Join(s.Enum, "|"))
	}
}

// enumConst is the Go name of the set of an enumeration.
func enumConst(shapeName string) string { return "enum" + exported(shapeName) }

// camel turns CUSTOM_BOT into CustomBot and keeps words of mixed case.
func camel(v string) string {
	words := strings.FieldsFunc(v, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if w == strings.ToUpper(w) {
			w = strings.ToLower(w)
		}
		words[i] = exported(w)
	}
	return strings.Join(words, "")
}
