package transcript

import "encoding/json"

// Attached is what an item of type Attachment shows: one file. It is the item's
// Content as JSON, spelled as on the wire (Amazon Connect Participant, AttachmentItem).
type Attached struct {
	AttachmentID   string `json:"AttachmentId"`
	AttachmentName string
	ContentType    string
	Status         string // IN_PROGRESS, APPROVED or REJECTED
}

// AttachmentItem returns an item that shows a file.
func AttachmentItem(a Attached, contact string, who Author) Item {
	raw, err := json.Marshal(a)
	if err != nil { // strings always encode
		panic(err)
	}
	return Item{Type: Attachment, Content: string(raw), ContactID: contact, Author: who}
}

// Attached returns the file that an item shows; false for every other item.
func (i *Item) Attached() (a Attached, ok bool) {
	ok = i.Type == Attachment && json.Unmarshal([]byte(i.Content), &a) == nil
	return a, ok
}
