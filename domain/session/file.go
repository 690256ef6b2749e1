package session

import "time"

// FileStatus is where an attached file stands.
type FileStatus string

// The ways of a file: Awaited → Uploaded → (InProgress →) Approved or Rejected. From
// everywhere it may become Discarded, which is the end: its bytes go, then it.
const (
	FileAwaited    FileStatus = "AWAITED"     // its upload was started
	FileUploaded   FileStatus = "UPLOADED"    // its bytes are safe
	FileInProgress FileStatus = "IN_PROGRESS" // completed; a scanner looks at it
	FileApproved   FileStatus = "APPROVED"
	FileRejected   FileStatus = "REJECTED"
	FileDiscarded  FileStatus = "DISCARDED"
)

// File is a file that was attached to a contact, or is being attached: by a
// participant of the chat, or from outside (AttachedFile of the API).
type File struct {
	ID          string
	ContactID   string
	Participant string `json:",omitempty"` // who attaches it; "" = from outside
	Name        string
	ContentType string // as claimed
	Size        int64  // in bytes
	Status      FileStatus
	Key         string    `json:",omitempty"` // of its bytes in the blob store; set once they are safe
	SHA256      []byte    `json:",omitempty"` // of its bytes
	Refused     string    `json:",omitempty"` // why the bytes that came last were not taken
	CreatedAt   time.Time // when its upload was started
	UploadBy    time.Time // until when its upload URL is good
	CompletedAt time.Time `json:",omitzero"`

	// Of files from outside only.
	UseCase         string            `json:",omitempty"` // FileUseCaseType
	CreatedByUser   string            `json:",omitempty"` // ARN of a user of the instance
	CreatedByCaller string            `json:",omitempty"` // ARN of who signed
	Tags            map[string]string `json:",omitempty"`
}

// File returns the file with that id, nil if there is none.
func (s *Session) File(id string) *File {
	for i := range s.State.Files {
		if s.State.Files[i].ID == id {
			return &s.State.Files[i]
		}
	}
	return nil
}
