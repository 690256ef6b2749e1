package edge

import "net/http"

// Download says of an answer that it is a file, which browsers keep under a name of ours and show nowhere.
func Download(h http.Header, contentType, name string) {
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
}
