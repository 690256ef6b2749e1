package workspace

import (
	"time"

	"parley/app/history"
	"parley/domain/permission"
	spoken "parley/domain/said"
	"parley/work/audit"
)

func (s *Server) saidRoutes() []route {
	return []route{{"GET /api/history/search", "SearchTranscripts", permission.Of(permission.AgentAccess, permission.ContactSearch), s.searchTranscripts}}
}

// searching is an event of the audit log: somebody searched the transcripts of others by permission.
const searching = "transcripts.searched"

// mostHits is how many contacts one page has.
const mostHits = 50

// hit is a contact in which words were said.
type hit struct {
	found
	ItemID  string         `json:"item_id,omitempty"`
	At      *time.Time     `json:"said_at,omitempty"`
	Role    string         `json:"role,omitempty"`
	Snippet []spoken.Piece `json:"snippet"`
}

// searchTranscripts finds contacts that are over by words that were said. Whoever may not search finds the own ones.
func (s *Server) searchTranscripts(c *call) (any, error) {
	in := c.r.URL.Query()
	limit, err := number(in.Get("limit"), mostHits)
	if err != nil {
		return nil, err
	}
	like, err := s.historySearch(c)
	if err != nil {
		return nil, err
	}
	if c.caller.Permissions.Has(permission.ContactSearch) {
		if err := s.o.Audit.Note(c.ctx(), c.caller.InstanceID, audit.Note{Event: searching}); err != nil {
			return nil, err
		}
	}
	hits, next, err := s.o.History.Said(c.ctx(), history.Said{
		Instance: like.Instance, Text: in.Get("text"), ContactFilter: like.ContactFilter, From: like.Range.From, Until: like.Range.Until,
		Limit: limit, Next: like.Next, Fingerprint: like.Fingerprint,
	})
	if err != nil {
		return nil, err
	}
	out := struct {
		Contacts []hit  `json:"contacts"`
		Next     string `json:"next,omitempty"`
	}{[]hit{}, next}
	for i := range hits {
		one := hit{Snippet: append([]spoken.Piece{}, hits[i].Snippet...)}
		if one.found, err = s.found(c, &hits[i].Record); err != nil {
			return nil, err
		}
		if item := hits[i].Item; item != nil {
			one.ItemID, one.At, one.Role = item.ID, &item.Time, string(item.Author.Role)
		}
		out.Contacts = append(out.Contacts, one)
	}
	return out, nil
}
