package arn_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/internal/arn"
	"parley/internal/fault"
)

const (
	instance = "5b0bd3ba-0a0e-4f5c-9d0f-3d2ad1b2a7e1"
	thing    = "019333d2-7c1e-7abc-8def-0123456789ab"
	base     = "arn:aws:connect:us-east-1:123456789012:instance/" + instance
)

var (
	home  = arn.Home{Region: "us-east-1", Account: "123456789012"}
	scope = arn.Scope{Home: home, Instance: instance}
)

func TestBuild(t *testing.T) {
	if got := home.InstanceARN(instance); got != base {
		t.Errorf("got %s, want %s", got, base)
	}
	if got, want := scope.ARN(arn.User, thing), base+"/agent/"+thing; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestInstanceID(t *testing.T) {
	for _, value := range []string{instance, base} {
		if got, err := home.InstanceID(value); err != nil || got != instance {
			t.Errorf("InstanceID(%s) = %q, %v", value, got, err)
		}
	}
	for value, kind := range map[string]fault.Kind{
		"":                        fault.NotFound,
		"nonsense":                fault.NotFound,
		strings.ToUpper(instance): fault.NotFound,
		strings.Replace(base, "us-east-1", "eu-west-1", 1):       fault.NotFound,
		strings.Replace(base, "123456789012", "999999999999", 1): fault.NotFound,
		base + "/queue/" + thing:                                 fault.Invalid,
		base + "/":                                               fault.Invalid,
		"arn:aws:connect:us-east-1:aws:view/form":                fault.Invalid,
		"arn:aws:lambda:us-east-1:123456789012:f/x":              fault.Invalid,
		"arn:": fault.Invalid,
	} {
		if got, err := home.InstanceID(value); !fault.Is(err, kind) || got != "" {
			t.Errorf("InstanceID(%q) = %q, %v, want kind %d", value, got, err, kind)
		}
	}
}

func TestResolve(t *testing.T) {
	tests := []struct {
		kind  arn.Kind
		value string
		want  arn.Ref
	}{
		{arn.Queue, thing, arn.Ref{ID: thing}},
		{arn.Queue, base + "/queue/" + thing, arn.Ref{ID: thing}},
		{arn.User, base + "/agent/" + thing, arn.Ref{ID: thing}},
		{arn.QuickConnect, base + "/transfer-destination/" + thing, arn.Ref{ID: thing}},
		{arn.Flow, thing + ":$SAVED", arn.Ref{ID: thing, Qualifier: arn.Saved}},
		{arn.Flow, base + "/contact-flow/" + thing + ":12", arn.Ref{ID: thing, Qualifier: "12"}},
		{arn.FlowModule, base + "/flow-module/" + thing + ":live", arn.Ref{ID: thing, Qualifier: "live"}},
		{arn.View, "form", arn.Ref{ID: "form"}},
		{arn.View, base + "/view/" + thing + ":$LATEST", arn.Ref{ID: thing, Qualifier: arn.Latest}},
		{arn.View, "arn:aws:connect:us-east-1:aws:view/form:1", arn.Ref{ID: "form", Qualifier: "1"}},
	}
	for _, test := range tests {
		got, err := scope.Resolve(test.kind, test.value)
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("Resolve(%s, %s): %v\n%s", test.kind, test.value, err, diff)
		}
		if back, err := scope.Resolve(test.kind, scope.ARN(test.kind, got.String())); err != nil || back != got {
			t.Errorf("the ARN of %v resolves to %v, %v", got, back, err)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	tests := []struct {
		kind  arn.Kind
		value string
		fault fault.Kind
	}{
		{arn.Queue, "", fault.NotFound},
		{arn.Queue, "BasicQueue", fault.NotFound},
		{arn.Queue, "../" + thing, fault.NotFound},
		{arn.Queue, thing + ":1", fault.NotFound},
		{arn.Queue, strings.ToUpper(thing), fault.NotFound},
		{arn.Flow, thing + ":", fault.NotFound},
		{arn.Flow, thing + ":a b", fault.NotFound},
		{arn.View, "a b", fault.NotFound},
		{arn.View, strings.Repeat("v", 256), fault.NotFound},
		{arn.Queue, strings.Replace(base, instance, thing, 1) + "/queue/" + thing, fault.NotFound},
		{arn.Queue, strings.Replace(base, "us-east-1", "us-east-2", 1) + "/queue/" + thing, fault.NotFound},
		{arn.Queue, strings.Replace(base, "123456789012", "123456789013", 1) + "/queue/" + thing, fault.NotFound},
		{arn.View, "arn:aws:connect:eu-west-1:aws:view/form:1", fault.NotFound},
		{arn.Queue, base, fault.Invalid},
		{arn.Queue, base + "/agent/" + thing, fault.Invalid},
		{arn.Queue, base + "/queue/", fault.Invalid},
		{arn.Queue, base + "/queue/" + thing + "/more", fault.Invalid},
		{arn.Queue, base + "/QUEUE/" + thing, fault.Invalid},
		{arn.Queue, base + "//" + thing, fault.Invalid},
		{arn.Queue, strings.Replace(base, instance, "i", 1) + "/queue/" + thing, fault.Invalid},
		{arn.Queue, strings.Replace(base, "aws:", "aws-cn:", 1) + "/queue/" + thing, fault.Invalid},
		{arn.Queue, strings.Replace(base, "123456789012", "12345678901", 1) + "/queue/" + thing, fault.Invalid},
		{arn.Queue, strings.Replace(base, "us-east-1", "", 1) + "/queue/" + thing, fault.Invalid},
		{arn.Queue, "arn:aws:connect:us-east-1:aws:queue/" + thing, fault.Invalid},
	}
	for _, test := range tests {
		if got, err := scope.Resolve(test.kind, test.value); !fault.Is(err, test.fault) || got != (arn.Ref{}) {
			t.Errorf("Resolve(%s, %q) = %v, %v, want kind %d", test.kind, test.value, got, err, test.fault)
		}
	}
}

func TestIDTakesNoQualifier(t *testing.T) {
	if got, err := scope.ID(arn.Flow, base+"/contact-flow/"+thing); err != nil || got != thing {
		t.Errorf("got %q, %v", got, err)
	}
	for _, value := range []string{thing + ":$SAVED", "x", base} {
		if got, err := scope.ID(arn.Flow, value); err == nil || got != "" {
			t.Errorf("ID(%q) = %q, want an error", value, got)
		}
	}
}

func TestUUID(t *testing.T) {
	for range 100 {
		want := uuid.New()
		got, ok := arn.ParseUUID(want.String())
		if !ok || got != want || arn.FormatUUID(got) != want.String() {
			t.Fatalf("%s: got %s, %v", want, arn.FormatUUID(got), ok)
		}
	}
	for i := range len(thing) {
		for _, c := range []string{"g", "A", "-", ":", "\x00", ""} {
			if bad := thing[:i] + c + thing[i+1:]; bad != thing && arn.IsUUID(bad) {
				t.Errorf("accepted %q", bad)
			}
		}
	}
	if arn.IsUUID("{"+thing+"}") || arn.IsUUID("urn:uuid:"+thing) || arn.IsUUID("") {
		t.Error("accepted another spelling")
	}
}

// FuzzParse: nothing panics, and an ARN has one spelling.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{base, base + "/contact-flow/" + thing + ":$SAVED", "arn:aws:connect:us-east-1:aws:view/a/b:1", "arn:", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, err := arn.Parse(text); err == nil && a.String() != text {
			t.Errorf("%q parses to %+v, which is spelled %q", text, a, a.String())
		} else if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want fault.Invalid", text, err)
		}
		if ref, err := scope.Resolve(arn.View, text); err == nil {
			if again, err := scope.Resolve(arn.View, ref.String()); err != nil || again != ref {
				t.Errorf("%q resolves to %v, which resolves to %v, %v", text, ref, again, err)
			}
		}
		_, _ = home.InstanceID(text)
	})
}
