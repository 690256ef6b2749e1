package arn

import (
	"strings"

	"parley/internal/fault"
)

// ARN is a Connect ARN in parts. Kind is empty for an instance; Instance is
// empty for a view that AWS makes.
type ARN struct {
	Scope
	Kind Kind
	Ref
}

// managedAccount stands in the place of the account in ARNs of AWS's own views.
const managedAccount = "aws"

func (a ARN) managed() bool { return a.Account == managedAccount }

// Managed returns the ARN of a view that AWS makes; id may carry a qualifier.
func Managed(region, id string) string {
	return prefix + region + ":" + managedAccount + ":" + string(View) + "/" + id
}

// String spells the ARN; Parse(a.String()) is a.
func (a ARN) String() string {
	switch {
	case a.managed():
		return Managed(a.Region, a.Ref.String())
	case a.Kind == "":
		return a.InstanceARN(a.Instance)
	}
	return a.Scope.ARN(a.Kind, a.Ref.String())
}

// Parse reads any Connect ARN of this package's forms; else it returns
// fault.Invalid.
func Parse(text string) (ARN, error) {
	rest, ok := strings.CutPrefix(text, prefix)
	parts := strings.SplitN(rest, ":", 3)
	if !ok || len(parts) != 3 || !isRegion(parts[0]) {
		return ARN{}, errMalformed()
	}
	a := ARN{Scope: Scope{Home: Home{Region: parts[0], Account: parts[1]}}}
	switch {
	case a.managed():
		return a.withManaged(parts[2])
	case len(parts[1]) == 12 && only(parts[1], isDigit):
		return a.withResource(parts[2])
	}
	return ARN{}, errMalformed()
}

func (a ARN) withManaged(resource string) (ARN, error) {
	kind, id, _ := strings.Cut(resource, "/")
	if Kind(kind) != View {
		return ARN{}, errMalformed()
	}
	return a.withRef(View, id)
}

func (a ARN) withResource(resource string) (ARN, error) {
	rest, ok := strings.CutPrefix(resource, "instance/")
	instance, rest, nested := strings.Cut(rest, "/")
	if !ok || !IsUUID(instance) {
		return ARN{}, errMalformed()
	}
	a.Instance = instance
	if !nested {
		return a, nil
	}
	kind, id, _ := strings.Cut(rest, "/")
	if kind == "" || !only(kind, func(c byte) bool { return isLower(c) || c == '-' }) {
		return ARN{}, errMalformed()
	}
	return a.withRef(Kind(kind), id)
}

func (a ARN) withRef(kind Kind, id string) (ARN, error) {
	ref, err := parseRef(kind, id)
	if err != nil {
		return ARN{}, errMalformed()
	}
	a.Kind, a.Ref = kind, ref
	return a, nil
}

func errMalformed() error { return fault.New(fault.Invalid, "The ARN is malformed") }

func isRegion(s string) bool {
	return s != "" && only(s, func(c byte) bool { return isLower(c) || isDigit(c) || c == '-' })
}

func only(s string, in func(c byte) bool) bool {
	for i := range len(s) {
		if !in(s[i]) {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
