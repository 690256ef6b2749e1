package postgres

import (
	"context"
	"fmt"
	"strings"

	"parley/store/batch"
)

// saidAtOnce is how many contacts' words are copied with one statement.
const saidAtOnce = 500

// saidRows are rows of words as columns.
type saidRows struct {
	contact, session, words []string
	place                   []int64
}

// said copies the words that searches find: what SQLite keeps as text is here a tsvector.
func (f *filling) said(ctx context.Context) error {
	var rows saidRows
	for row, err := range f.dump(ctx, batch.Table{Name: "said", Columns: []string{"contact", "session", "place", "facets", "words"}, Key: 1}) {
		if err != nil {
			return err
		}
		if err := rows.add(row); err != nil {
			return err
		}
		if len(rows.contact) == saidAtOnce {
			if err := f.putSaid(ctx, &rows); err != nil {
				return err
			}
		}
	}
	return f.putSaid(ctx, &rows)
}

func (r *saidRows) add(row []any) error {
	contact, one := row[0].(string)
	session, two := row[1].(string)
	place, three := row[2].(int64)
	facets, four := row[3].(string)
	words, five := row[4].(string)
	if !one || !two || !three || !four || !five {
		return fmt.Errorf("the words of a contact are %T, %T, %T, %T, %T", row[0], row[1], row[2], row[3], row[4])
	}
	r.contact, r.session, r.place = append(r.contact, contact), append(r.session, session), append(r.place, place)
	r.words = append(r.words, vector(strings.Fields(facets), batch.SplitWords(words)))
	return nil
}

func (f *filling) putSaid(ctx context.Context, r *saidRows) error {
	if len(r.contact) == 0 {
		return nil
	}
	if _, err := f.tx.Exec(ctx, putSaid, r.contact, r.session, r.place, r.words); err != nil {
		return fmt.Errorf("write the words of transcripts: %w", err)
	}
	*r = saidRows{}
	return nil
}
