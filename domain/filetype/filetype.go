// Package filetype knows which files may be attached to a chat: by the end of
// their names, by the content type that is claimed for them, and by what they hold.
//
// It guarantees: a file passes only if all three agree on one type of the list
// that Amazon Connect documents for chat attachments, and under a name that
// means the same to everybody who reads it. What a file of an allowed type does when
// it is opened, this package does not judge: that is a scanner's work.
package filetype

import (
	"slices"
	"strings"
	"unicode"

	"parley/internal/fault"
)

// HeadLen is how many bytes of a file's beginning Matches looks at, at most.
const HeadLen = 64 << 10

// Type is one type of files.
type Type struct {
	Ext     string // as names end, in lower case, without the dot
	Content string // the content type under which it is served
	claimed []string
	holds   func(head []byte) bool
}

// types returns all of them (Amazon Connect, feature specifications: file types of
// attachments). Browsers claim several content types for some.
func types() []Type {
	const office = "application/vnd.openxmlformats-officedocument."
	jpeg := Type{Content: "image/jpeg", claimed: []string{"image/jpg", "image/pjpeg", "image/jfif"}, holds: starts("\xff\xd8\xff")}
	return []Type{
		{"csv", "text/csv", []string{"text/plain", "application/csv", "application/vnd.ms-excel"}, plainText},
		{"doc", "application/msword", nil, starts(compound)},
		{"docx", office + "wordprocessingml.document", nil, openXML("word/")},
		{"heic", "image/heic", []string{"image/heif"}, brand("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1")},
		jpeg.named("jfif"), jpeg.named("jpeg"), jpeg.named("jpg"),
		{"mov", "video/quicktime", nil, quickTime},
		{"mp4", "video/mp4", nil, mp4},
		{"pdf", "application/pdf", nil, starts("%PDF-")},
		{"png", "image/png", nil, starts("\x89PNG\r\n\x1a\n")},
		{"ppt", "application/vnd.ms-powerpoint", nil, starts(compound)},
		{"pptx", office + "presentationml.presentation", nil, openXML("ppt/")},
		{"rtf", "application/rtf", []string{"application/x-rtf", "text/rtf", "text/richtext", "application/msword"}, starts(`{\rtf`)},
		{"txt", "text/plain", nil, plainText},
		{"wav", "audio/wav", []string{"audio/x-wav", "audio/wave", "audio/vnd.wave"}, wave},
		{"xls", "application/vnd.ms-excel", nil, starts(compound)},
		{"xlsx", office + "spreadsheetml.sheet", nil, openXML("xl/")},
	}
}

func (t Type) named(ext string) Type {
	t.Ext = ext
	return t
}

// Of returns the type that a name and a claimed content type stand for. The
// refusals are for people: the chat widget shows them to who chose the file.
func Of(name, contentType string) (Type, error) {
	if err := checkName(name); err != nil {
		return Type{}, err
	}
	t, ok := byName(name)
	if !ok {
		return Type{}, fault.New(fault.Rule, "Files of this type cannot be attached. Allowed are %s", strings.Join(Extensions(), ", "))
	}
	if !t.Claimed(contentType) {
		return Type{}, fault.New(fault.Rule, "The content type does not belong to a .%s file, which is %s", t.Ext, t.Content)
	}
	return t, nil
}

// Stored returns the type that a file's name, which has passed Of, stands for.
func Stored(name string) Type {
	t, _ := byName(name)
	return t
}

// Claimed reports whether a content type, parameters aside, is one that the type goes by.
func (t Type) Claimed(contentType string) bool {
	base, _, _ := strings.Cut(contentType, ";")
	base = strings.ToLower(strings.TrimSpace(base))
	return base == t.Content || slices.Contains(t.claimed, base)
}

// Matches refuses a file whose first bytes, HeadLen of them or all that there are, are not the type's.
func (t Type) Matches(head []byte) error {
	if !t.holds(head) {
		return fault.New(fault.Rule, "The file does not hold what its name says: it is no .%s file", t.Ext)
	}
	return nil
}

func byName(name string) (Type, bool) {
	dot := strings.LastIndexByte(name, '.')
	ext := strings.ToLower(name[dot+1:])
	for _, t := range types() {
		if dot > 0 && t.Ext == ext {
			return t, true
		}
	}
	return Type{}, false
}

// Extensions returns the ends of the names of all types, in their order.
func Extensions() (names []string) {
	for _, t := range types() {
		names = append(names, t.Ext)
	}
	return names
}

// checkName refuses names that could mean another place or look like another
// name: with separators of paths, control characters, or marks that turn the direction of writing.
func checkName(name string) error {
	for _, r := range name {
		if r == '/' || r == '\\' || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || r == '\u2028' || r == '\u2029' {
			return fault.New(fault.Rule, "The file's name must not hold slashes, control characters or marks of writing direction")
		}
	}
	return nil
}
