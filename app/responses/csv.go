package responses

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"parley/internal/fault"
	"parley/work/resource"
)

// Imported says what became of a table.
type Imported struct {
	Created, Updated int
	Refused          []Line
}

// Line is a line of a table that was not taken.
type Line struct {
	Number int
	Reason string
}

// columns of a table. shortcut, title and content must be there; queues and routing_profiles are ids with spaces between them.
var columns = [...]string{"shortcut", "title", "content", "content_type", "language", "queues", "routing_profiles", "active"}

// Import takes a table of comma-separated values whose first line names the columns. A line whose shortcut is there already
// changes that response.
func (s *Service) Import(ctx context.Context, instance, table string) (out Imported, err error) {
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\uFEFF")))
	head, err := in.Read()
	if err == nil {
		err = checkHead(head)
	}
	if err != nil {
		return out, fault.Wrap(fault.Invalid, err, "csv: the first line must name columns, shortcut, title and content among them; known are %s", strings.Join(columns[:], ", "))
	}
	known, err := kind().All(ctx, s.docs, instance)
	if err != nil {
		return out, err
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		line, _ := in.FieldPos(0)
		if err != nil {
			out.Refused = append(out.Refused, Line{lineOf(err), "it does not have the form of the first line"})
			if !errors.Is(err, csv.ErrFieldCount) {
				return out, nil // where the next line begins is not known
			}
			continue
		}
		created, err := s.take(ctx, instance, known, head, record)
		switch {
		case err == nil && created:
			out.Created++
		case err == nil:
			out.Updated++
		case fault.KindOf(err) == fault.Internal || ctx.Err() != nil:
			return out, err
		default:
			var why *fault.Error
			errors.As(err, &why)
			out.Refused = append(out.Refused, Line{line, why.Message})
		}
	}
}

func lineOf(err error) int {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return bad.Line
	}
	return 0
}

func checkHead(head []string) error {
	for _, name := range head {
		if !slices.Contains(columns[:], name) {
			return errors.New("an unknown column")
		}
	}
	for _, name := range columns[:3] {
		if !slices.Contains(head, name) {
			return errors.New("a column is missing")
		}
	}
	return nil
}

// take creates the response of a line, or changes it.
func (s *Service) take(ctx context.Context, instance string, known []Response, head, record []string) (created bool, err error) {
	cell := func(name string) string {
		if i := slices.Index(head, name); i >= 0 {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	r := Response{
		Title: cell("title"), Content: cell("content"), ContentType: cell("content_type"), Language: cell("language"),
		Queues: strings.Fields(cell("queues")), Profiles: strings.Fields(cell("routing_profiles")), Inactive: strings.EqualFold(cell("active"), "false"),
	}
	r.Stored = resource.Stored{InstanceID: instance, Name: cell("shortcut")}
	at := slices.IndexFunc(known, func(have Response) bool { return have.Name == strings.ToLower(r.Name) })
	if at < 0 {
		_, err = s.Create(ctx, r)
		return true, err
	}
	_, err = s.Update(ctx, instance, known[at].ID, r)
	return false, err
}
