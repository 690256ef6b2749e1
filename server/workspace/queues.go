package workspace

import (
	"time"

	"parley/domain/routing"
)

// queueAtWork is a queue as supervisors see it.
type queueAtWork struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Waiting   int    `json:"waiting"`
	Oldest    int    `json:"oldest_seconds"` // since the one who waits for longest entered the queue
	Available int    `json:"agents_available"`
	Staffed   int    `json:"agents_staffed"` // online and in no custom status
}

// queuesAtWork lists the queues with who waits and who serves them, as this node knows it.
func (s *Server) queuesAtWork(c *call) (any, error) {
	all, _, err := s.o.Admin.Queues(c.ctx(), c.caller.InstanceID, everything())
	if err != nil {
		return nil, err
	}
	list := []queueAtWork{}
	for i := range all {
		stats := s.o.Router.Queue(c.ctx(), c.caller.InstanceID, all[i].ID, false)
		list = append(list, shownAtWork(all[i].ID, all[i].Name, stats))
	}
	return map[string]any{"queues": list}, nil
}

func shownAtWork(id, name string, s routing.Stats) queueAtWork {
	return queueAtWork{id, name, s.Contacts, int(s.Oldest / time.Second), s.Available, s.Staffed}
}
