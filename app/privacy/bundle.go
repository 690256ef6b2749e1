package privacy

import (
	"archive/zip"
	"encoding/json"
	"io"
	"time"
)

// bundle is the zip file of an export.
type bundle struct {
	zip *zip.Writer
	at  time.Time
}

// file begins a file, which ends with the next one.
func (b *bundle) file(name string, method uint16) (io.Writer, error) {
	return b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: b.at})
}

// document writes a file of one JSON value.
func (b *bundle) document(name string, value any) error {
	w, err := b.file(name, zip.Deflate)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(value)
}

// lines is a file of JSON values, one a line, which is there only if it has some.
type lines struct {
	bundle *bundle
	name   string
	to     *json.Encoder
}

func (l *lines) add(value any) error {
	if l.to == nil {
		w, err := l.bundle.file(l.name, zip.Deflate)
		if err != nil {
			return err
		}
		l.to = json.NewEncoder(w)
	}
	return l.to.Encode(value)
}
