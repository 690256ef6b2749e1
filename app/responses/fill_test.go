package responses_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/app/responses"
)

func TestFill(t *testing.T) {
	values := map[string]string{"Contact.CustomerName": "Ann {{Attributes.secret}}", "Attributes.order": "66", "Attributes.secret": "s3cret"}
	value := func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	for content, c := range map[string]struct {
		want    string
		missing []string
	}{
		"":                            {"", nil},
		"Hi {{Contact.CustomerName}}": {"Hi Ann {{Attributes.secret}}", nil}, // what a customer chose as name is no template
		"{{ Attributes.order }}{{Attributes.order}}":          {"6666", nil},
		"{{Attributes.none}} {{Attributes.none}} {{Odd.One}}": {"{{Attributes.none}} {{Attributes.none}} {{Odd.One}}", []string{"Attributes.none", "Odd.One"}},
		"{{}} {{x}} {Attributes.order} {{Attributes.order":    {"{{}} {{x}} {Attributes.order} {{Attributes.order", nil},
		"{{{{Attributes.order}}}}":                            {"{{66}}", nil},
	} {
		got, missing := responses.Fill(content, value)
		if diff := cmp.Diff(c.missing, missing); got != c.want || diff != "" {
			t.Errorf("%q: %q, want %q; missing %s", content, got, c.want, diff)
		}
	}
}
