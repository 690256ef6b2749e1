package workspace

import (
	_ "embed"
	"net/http"

	"parley/domain/permission"
)

// openAPI describes every route (OpenAPI 3.1). x-needs says what a caller must be granted.
//
//go:embed openapi.json
var openAPI []byte

func (s *Server) metaRoutes() []route {
	return []route{{"GET /api/openapi.json", "GetOpenAPI", permission.Anyone(), s.describe}}
}

func (s *Server) describe(*call) (any, error) { return answered{http.StatusOK, openAPI}, nil }
