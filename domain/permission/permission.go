// Package permission says who may do what: names of permissions, which the
// security profiles of users grant, and what a route asks for.
//
// It guarantees: what is not granted is denied; a route that does not say what
// it needs is open to nobody.
package permission

import (
	"slices"
	"strings"
)

// Name is a permission, as security profiles list it.
type Name string

// The permissions that our own routes ask for. Those from Audit on are ours, the others Amazon Connect's.
const (
	AgentAccess   Name = "BasicAgentAccess"
	Transfer      Name = "TransferContact.Enabled" // send a chat on, ask others in
	ListenIn      Name = "ManagerListenIn"         // see who has what, and watch it
	BargeIn       Name = "ManagerBargeIn"          // take part, take over
	UsersView     Name = "Users.View"
	UsersEdit     Name = "Users.Edit"
	QueuesView    Name = "Queues.View"
	QueuesEdit    Name = "Queues.Edit"            // and how agents work on what comes from them
	Metrics       Name = "AccessMetrics"          // numbers and alerts
	ContentView   Name = "ContentManagement.View" // quick responses
	ContentCreate Name = "ContentManagement.Create"
	ContentEdit   Name = "ContentManagement.Edit"
	ContentDelete Name = "ContentManagement.Delete"
	FlowsView     Name = "ContactFlows.View"
	FlowsCreate   Name = "ContactFlows.Create"
	FlowsEdit     Name = "ContactFlows.Edit"
	FlowsPublish  Name = "ContactFlows.Publish" // change what chats run
	ContactSearch Name = "ContactSearch.View"   // find contacts and read their transcripts

	AuditView   Name = "Audit.View"
	DataExport  Name = "CustomerData.Export" // everything that is held about a customer
	DataErase   Name = "CustomerData.Erase"  // the same
	DataRedact  Name = "Transcripts.Redact"  // the text of a message
	DataRetain  Name = "Retention.Edit"      // for how long what is kept
	WidgetsView Name = "Widgets.View"
	WidgetsEdit Name = "Widgets.Edit"

	DeliveriesView Name = "Deliveries.View" // what sinks were told
	DeliveriesEdit Name = "Deliveries.Edit" // tell them again

	KeysView Name = "AccessKeys.View" // the instance's own
	KeysEdit Name = "AccessKeys.Edit" // and with them everything that the Amazon Connect API can do in the instance
)

// Ours are the permissions that Amazon Connect does not have.
func Ours() []Name {
	return []Name{AuditView, DataExport, DataErase, DataRedact, DataRetain, WidgetsView, WidgetsEdit, DeliveriesView, DeliveriesEdit, KeysView, KeysEdit}
}

// Set is what somebody may do. The zero Set allows nothing.
type Set struct{ names []Name } // sorted

// Granted returns what several security profiles grant together.
func Granted(profiles ...[]string) Set {
	var s Set
	for _, names := range profiles {
		for _, n := range names {
			s.names = append(s.names, Name(n))
		}
	}
	slices.Sort(s.names)
	s.names = slices.Compact(s.names)
	return s
}

// Has reports whether a permission is granted.
func (s Set) Has(n Name) bool {
	_, ok := slices.BinarySearch(s.names, n)
	return ok
}

// Limits reports whether the permission allows less to who has it, as those do that Amazon Connect names Restrict… and Require….
func (n Name) Limits() bool {
	return strings.HasPrefix(string(n), "Restrict") || strings.HasPrefix(string(n), "Require")
}

// Covers reports whether s grants all that other grants, and limits by nothing that does not limit other: whoever may change the
// password of somebody with other's permissions gains nothing by it.
func (s Set) Covers(other Set) bool {
	more := func(n Name) bool { return !n.Limits() && !s.Has(n) }
	limit := func(n Name) bool { return n.Limits() && !other.Has(n) }
	return !slices.ContainsFunc(other.names, more) && !slices.ContainsFunc(s.names, limit)
}

// Names returns the permissions, sorted.
func (s Set) Names() []Name { return slices.Clone(s.names) }

// Need is what a route asks of its caller. The zero Need is met by nobody.
type Need struct {
	who   who
	anyOf []Name
}

type who uint8

const (
	undeclared who = iota
	anyone
	signedIn
	granted
)

// Anyone is met by everybody, also without an account.
func Anyone() Need { return Need{who: anyone} }

// SignedIn is met by everybody who is signed in.
func SignedIn() Need { return Need{who: signedIn} }

// Of is met by who is signed in and has one of the permissions.
func Of(name Name, or ...Name) Need { return Need{granted, append([]Name{name}, or...)} }

// Declared reports whether a route says what it needs.
func (n Need) Declared() bool { return n.who != undeclared }

// Open reports whether nobody needs to be signed in.
func (n Need) Open() bool { return n.who == anyone }

// Met reports whether somebody who is signed in and has these permissions may pass.
func (n Need) Met(has Set) bool {
	switch n.who {
	case anyone, signedIn:
		return true
	case granted:
		return slices.ContainsFunc(n.anyOf, has.Has)
	default:
		return false
	}
}

// String names the need as documents do: "anyone", "signed in", or the
// permissions with "or" between them; "nobody" where nothing is declared.
func (n Need) String() string {
	switch n.who {
	case anyone:
		return "anyone"
	case signedIn:
		return "signed in"
	case granted:
		names := make([]string, len(n.anyOf))
		for i, name := range n.anyOf {
			names[i] = string(name)
		}
		return strings.Join(names, " or ")
	default:
		return "nobody"
	}
}
