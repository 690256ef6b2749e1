package postgrestest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Database makes a database for one test, which is dropped when the test ends,
// and returns its URL. It is a copy of the database named template, or empty
// for "". Nobody may be connected to the template.
func (s *Server) Database(t testing.TB, template string) string {
	t.Helper()
	name := "test_" + uuid.NewString()
	if err := s.Create(name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.exec("DROP DATABASE " + quoted(name) + " WITH (FORCE)"); err != nil && s.running() {
			t.Error(err)
		}
	})
	return s.URL(name)
}

// Create makes a database: a copy of the one named template, empty for "".
func (s *Server) Create(name, template string) error {
	if template == "" {
		template = "template0"
	}
	return s.exec("CREATE DATABASE " + quoted(name) + " TEMPLATE " + quoted(template))
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// exec runs one statement as the administrator.
func (s *Server) exec(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, text); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}
