// Package held is the one list of all that a store keeps, and what of it is about customers.
//
// It guarantees: what it says to be erased with a chat is erased, and exported, by the rows' ids alone, without code of their own; its
// tests fail on a table or a kind of document that is not named here, and on one about customers that says neither where an export has it
// nor why it has not.
package held

// Way is how something is erased.
type Way uint8

// The ways. Nothing: it holds nothing of customers but ids of ours. ByChat: rows whose id is the chat's, or begins with it and
// a slash. ByContact: the same of the ids of its contacts. Rows: with the session, by the store itself (store.Forget). Own: by code of its own.
const (
	Nothing Way = iota + 1
	ByChat
	ByContact
	Rows
	Own
)

// Place is a table, or a kind of documents.
type Place struct {
	Name string
	Way  Way
	What string // is in it
}

// Tables are those of both stores.
func Tables() []Place {
	return []Place{
		{"sessions", Rows, "where a chat stands"},
		{"session_docs", Rows, "its state with notes and names, its attributes, its flow"},
		{"items", Rows, "the transcript"},
		{"marks", Rows, "receipts"},
		{"contacts", Rows, "contact records, with CustomerId, name, attributes and tags"},
		{"said", Rows, "the words of transcripts, for searches"},
		{"once", Rows, "answers to client tokens; those of an instance have ids only, and expire after a week"},
		{"due", Rows, "deadlines"},
		{"usage", Nothing, "counts"},
		{"resources", Own, "documents: see Documents"},
		{"journal", Rows, "the newest appends of SQLite: emptied by an erasure"},
		{"commits", Nothing, "PostgreSQL: numbers of the last minutes' transactions"},
		{"counters", Nothing, "numbers"},
		{"goose_db_version", Nothing, "the version of the schema"},
		{"parley_schema", Nothing, "the version of the schema"},
	}
}

// Documents are the kinds of documents (change.Resource). Add yours.
func Documents() []Place {
	return []Place{
		{"told", ByChat, "contact events that are sent, with attributes"},
		{"told-feed", ByChat, "how far a sink is"},
		{"undelivered", ByChat, "what a sink has not taken"},
		{"waiting", ByContact, "a contact that waits to be routed"},
		{"served", Own, "which agent served a customer last, under a hash of the CustomerId"},
		{"erasure", Own, "an erasure under way; its end deletes it"},
		{"retention", Nothing, "for how long what is kept"},
		{"retention-progress", Nothing, "how far that is done"},

		{"agent", Nothing, "an agent, with ids of its contacts"},
		{"watching", Nothing, "ids of chats that a supervisor is in"},
		{"audit", Nothing, "who did what: ids and words of ours"},
		{"audit-head", Nothing, "where the audit log ends"},
		{"audit-key", Nothing, "a sealed key"},
		{"token-key", Nothing, "a sealed key"},
		{"access-key", Nothing, "a sealed key"},
		{"sign-in", Nothing, "of people who work here"},
		{"account", Nothing, "of people who work here"},
		{"first-password", Nothing, "of people who work here"},
		{"guess", Nothing, "counts of wrong passwords, under hashes"},
		{"alert", Nothing, "numbers of a queue"},
		{"node-beat", Nothing, "a server"},
		{"socket-node", Nothing, "a server"},
		{"socket", Nothing, "ids of a chat and of its open socket"},
		{"outside-chat", Nothing, "which chat a customer elsewhere, or a signed-in one of a widget, is in, under a hash; gone when the chat ends"},
		{"redelivery", Nothing, "numbers of a replay"},
		{"push-key", Nothing, "a sealed key"},
		{"agent-time", Nothing, "of people who work here"},
		{"attachments-place", Nothing, "where files are"},
		{"test-clock", Nothing, "a number"},
		{"processor", Nothing, "configuration"},

		{"instance", Nothing, "configuration"},
		{"flow", Nothing, "configuration"},
		{"flow-content", Nothing, "configuration"},
		{"queue", Nothing, "configuration"},
		{"hours", Nothing, "configuration"},
		{"hours-override", Nothing, "configuration"},
		{"storage", Nothing, "configuration"},
		{"security-key", Nothing, "configuration"},
		{"integration", Nothing, "configuration"},
		{"module", Nothing, "configuration"},
		{"view", Nothing, "configuration"},
		{"prompt", Nothing, "configuration"},
		{"retired-content", Nothing, "configuration"},
		{"test-case", Nothing, "configuration"},
		{"test-case-execution", Nothing, "made-up conversations of test cases"},
		{"lambda", Nothing, "configuration"},
		{"lex-v1", Nothing, "configuration"},
		{"lex-v2", Nothing, "configuration"},
		{"origin", Nothing, "configuration"},
		{"widget", Nothing, "configuration"},
		{"security-profile", Nothing, "configuration"},
		{"routing-profile", Nothing, "configuration"},
		{"agent-status", Nothing, "configuration"},
		{"user", Nothing, "of people who work here"},
		{"hierarchy-group", Nothing, "configuration"},
		{"hierarchy-structure", Nothing, "configuration"},
		{"predefined-attribute", Nothing, "configuration"},
		{"quick-connect", Nothing, "configuration"},
		{"rule", Nothing, "configuration"},
		{"quick-response", Nothing, "configuration"},
		{"settings", Nothing, "configuration"},
	}
}

// Owners are those by whose ids the documents of a kind are found, of some chats and their contacts; nil where they are not found so.
func (p Place) Owners(chats, contacts []string) []string {
	switch p.Way {
	case ByChat:
		return chats
	case ByContact:
		return contacts
	default:
		return nil
	}
}

// Named finds a place by its name.
func Named(list []Place, name string) (Place, bool) {
	for _, p := range list {
		if p.Name == name {
			return p, true
		}
	}
	return Place{}, false
}
