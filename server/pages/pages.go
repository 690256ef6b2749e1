// Package pages serves the web pages that are built into the binary. It
// guarantees nothing but their routes: everything that a page does is an
// operation of the API.
package pages

import (
	"parley/server/edge"
	"parley/web"
)

// Register adds the routes of the pages.
func Register(r *edge.Router) { r.Handle("GET /{$}", web.Handler()) }
