package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/domain/flow"
)

// large is a flow of as many actions as Amazon Connect takes.
func large() []byte {
	list := make([]string, flow.MaxActions)
	for i := range list {
		list[i] = fmt.Sprintf(`{"Identifier":"a%d","Type":"UpdateContactAttributes","Parameters":{"Attributes":{"x":"$.External.y and $.Attributes.z","queue":"arn:aws:connect:eu-west-1:1:instance/i/queue/q%d"}},"Transitions":{"NextAction":"a%d","Errors":[{"NextAction":"a0","ErrorType":"NoMatchingError"}]}}`, i, i, (i+1)%len(list))
	}
	return []byte(strings.Replace(document(list...), `"StartAction":"a"`, `"StartAction":"a0"`, 1))
}

func BenchmarkParse(b *testing.B) {
	content := large()
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, err := flow.Parse(content); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	d, err := flow.Parse(large())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if problems := flow.Validate(d, flow.ContactFlow); problems != nil {
			b.Fatal(problems)
		}
	}
}

func BenchmarkReferences(b *testing.B) {
	d, err := flow.Parse(large())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if n := len(flow.References(d)); n != flow.MaxActions {
			b.Fatal(n)
		}
	}
}
