// Package arn reads and writes the names of Amazon Connect resources.
//
// Wherever the API expects an id, this server takes the id or the ARN of the
// right kind in the right instance. The package guarantees that what it returns
// is a well-formed id of that kind and, for an ARN, that region, account,
// instance and kind are the ones asked for; that the resource exists is for the
// caller to find out. Building and resolving are each other's inverse.
//
//	arn:aws:connect:<region>:<account>:instance/<id>
//	arn:aws:connect:<region>:<account>:instance/<id>/<kind>/<id>[:<qualifier>]
//	arn:aws:connect:<region>:aws:view/<id>[:<qualifier>]     (views that AWS makes)
package arn

import (
	"strings"

	"parley/internal/fault"
)

// Kind is the part of an ARN that tells the kind of resource, as AWS spells it.
type Kind string

// The kinds (patterns of Amazon Connect's CloudFormation resource types).
const (
	AgentStatus     Kind = "agent-state"
	AttachedFile    Kind = "file"
	Contact         Kind = "contact"
	Flow            Kind = "contact-flow"
	FlowModule      Kind = "flow-module"
	HierarchyGroup  Kind = "agent-group"
	Hours           Kind = "operating-hours"
	Integration     Kind = "integration-association"
	Notification    Kind = "notification"
	Prompt          Kind = "prompt"
	Queue           Kind = "queue"
	QuickConnect    Kind = "transfer-destination"
	RoutingProfile  Kind = "routing-profile"
	Rule            Kind = "rule"
	SecurityProfile Kind = "security-profile"
	TaskTemplate    Kind = "task-template"
	TestCase        Kind = "test-case"
	User            Kind = "agent"
	View            Kind = "view"
	Workspace       Kind = "workspace"
)

// The qualifiers that name no number.
const (
	Saved  = "$SAVED"  // the draft of a flow, module or view
	Latest = "$LATEST" // the last published version
)

const prefix = "arn:aws:connect:"

// Home is where a server's resources live: a region and a 12-digit account.
type Home struct{ Region, Account string }

// InstanceARN returns the ARN of an instance.
func (h Home) InstanceARN(id string) string {
	return prefix + h.Region + ":" + h.Account + ":instance/" + id
}

// InstanceID returns the bare id of an instance given by id or ARN. A malformed
// id or an ARN of another region or account is fault.NotFound, an ARN of
// something else than an instance fault.Invalid.
func (h Home) InstanceID(value string) (string, error) {
	if !strings.HasPrefix(value, "arn:") {
		return checkID("", value)
	}
	parsed, err := Parse(value)
	switch {
	case err != nil:
		return "", err
	case parsed.Kind != "" || parsed.Instance == "":
		return "", fault.New(fault.Invalid, "The ARN is not that of an instance")
	case parsed.Home != h:
		return "", notFound("")
	}
	return parsed.Instance, nil
}

// Scope is an instance: what ids are looked up in.
type Scope struct {
	Home
	Instance string // bare id
}

// ARN returns the ARN of a resource; id may carry a qualifier (Ref.String).
func (s Scope) ARN(kind Kind, id string) string {
	return s.InstanceARN(s.Instance) + "/" + string(kind) + "/" + id
}

// Resolve returns the resource of that kind which value, an id or an ARN, with
// or without qualifier, names. A malformed id, and an ARN of another region,
// account or instance, is fault.NotFound; a malformed ARN or one of another kind
// is fault.Invalid.
func (s Scope) Resolve(kind Kind, value string) (Ref, error) {
	if !strings.HasPrefix(value, "arn:") {
		return parseRef(kind, value)
	}
	parsed, err := Parse(value)
	switch {
	case err != nil:
		return Ref{}, err
	case parsed.Kind != kind:
		return Ref{}, fault.New(fault.Invalid, "The ARN is not of the kind %s", kind)
	case parsed.managed() && parsed.Region == s.Region:
		return parsed.Ref, nil
	case parsed.Scope != s:
		return Ref{}, notFound(kind)
	}
	return parsed.Ref, nil
}

// ID is Resolve for kinds without versions: a qualifier is fault.NotFound.
func (s Scope) ID(kind Kind, value string) (string, error) {
	ref, err := s.Resolve(kind, value)
	if err != nil {
		return "", err
	}
	if ref.Qualifier != "" {
		return "", notFound(kind)
	}
	return ref.ID, nil
}

func notFound(kind Kind) error {
	if kind == "" {
		kind = "instance"
	}
	return fault.New(fault.NotFound, "No such %s", kind)
}
