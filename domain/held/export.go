package held

// Copy is what an export of a customer's data has of a place: In, or Why not.
type Copy struct {
	In  string // a file, or a directory if it ends with /; of a chat below that of the chat, unless it begins with /
	Why string
}

// Export says what an export has of a place; the zero Copy where nobody has said. Documents that are erased by their ids alone are
// exported likewise. Everything else about customers has a line below.
func (p Place) Export() Copy {
	switch p.Way {
	case Nothing:
		return Copy{Why: "not about customers: " + p.What}
	case ByChat, ByContact:
		return Copy{In: "documents/" + p.Name + ".jsonl"}
	default:
		return copies()[p.Name]
	}
}

// copies are those of what is erased with the session, or by code of its own. Add yours.
func copies() map[string]Copy {
	return map[string]Copy{
		"sessions":     {In: "chat.json"},
		"session_docs": {In: "chat.json"},
		"items":        {In: "transcripts/"},
		"marks":        {In: "receipts.jsonl"},
		"contacts":     {In: "records/"},
		"served":       {In: "/served.json"},

		"said":      {Why: "an index of the transcripts, which are in it"},
		"once":      {Why: "ids of what is in it, and tokens that would open the chat"},
		"due":       {Why: "ids, and times at which this server does something"},
		"resources": {Why: "each kind of documents says it"},
		"journal":   {Why: "for a moment a copy of what is in it"},
		"erasure":   {Why: "a request to erase, with ids of chats"},
	}
}

// Files is where an export has the bytes of attached files, which are in no table.
const Files = "files/"
