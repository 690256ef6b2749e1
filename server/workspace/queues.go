package workspace

import (
	"cmp"
	"context"
	"strings"
	"time"

	"parley/domain/routing"
	"parley/internal/fault"
)

// queueAtWork is a queue as supervisors see it.
type queueAtWork struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Own       bool   `json:"agent_queue"` // a user's own, under the user's id and name: first and last name, else the user name; of who was deleted the id
	Waiting   int    `json:"waiting"`
	Next      string `json:"next_contact_id"`
	Oldest    int    `json:"oldest_seconds"` // since the one who waits for longest entered the queue
	Available int    `json:"agents_available"`
	Staffed   int    `json:"agents_staffed"` // online and in no custom status
}

// queuesAtWork lists the queues, and the users' own ones in which somebody waits, with who waits and who serves them, as this node knows it.
func (s *Server) queuesAtWork(c *call) (any, error) {
	all, _, err := s.o.Admin.Queues(c.ctx(), c.caller.InstanceID, everything())
	if err != nil {
		return nil, err
	}
	list := []queueAtWork{}
	for i := range all {
		stats := s.o.Router.Queue(c.ctx(), c.caller.InstanceID, all[i].ID, false)
		list = append(list, shownAtWork(queueAtWork{ID: all[i].ID, Name: all[i].Name}, stats))
	}
	for _, user := range s.o.Router.OwnQueues(c.ctx(), c.caller.InstanceID) {
		name, err := s.ownQueue(c.ctx(), c.caller.InstanceID, user)
		if err != nil {
			return nil, err
		}
		stats := s.o.Router.Queue(c.ctx(), c.caller.InstanceID, user, true)
		list = append(list, shownAtWork(queueAtWork{ID: user, Name: cmp.Or(name, user), Own: true}, stats))
	}
	return map[string]any{"queues": list}, nil
}

// ownQueue is how a user's own queue is called: as the user is, "" for none or one who was deleted.
func (s *Server) ownQueue(ctx context.Context, instance, user string) (string, error) {
	u, err := s.o.People.User(ctx, instance, user)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	return cmp.Or(strings.TrimSpace(u.Identity.FirstName+" "+u.Identity.LastName), u.Name), nil
}

func shownAtWork(q queueAtWork, s routing.Stats) queueAtWork {
	q.Waiting, q.Next, q.Oldest, q.Available, q.Staffed = s.Contacts, s.Next, int(s.Oldest/time.Second), s.Available, s.Staffed
	return q
}
