package deliver

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"parley/domain/change"
	"parley/internal/fault"
)

// Search selects what is undelivered in an instance.
type Search struct {
	Instance string
	Sink     string // "" = of all
	Contact  string // of its chat only, "" = of all
	State    State  // Waiting or GivenUp, "" = both
	After    string // where the page before ended
	Limit    int
}

// mostLooked is how many rows one page looks at (our choice): a page may be short, or empty, and still not be the last one.
const mostLooked = 5000

// Undelivered returns what sinks have not taken yet or never will, the oldest chats first, and where the next page goes on; "" = this was the last one.
func (s *Service) Undelivered(ctx context.Context, q Search) (list []Delivery, next string, err error) {
	if q.State != "" && q.State != Waiting && q.State != GivenUp {
		return nil, "", fault.New(fault.Invalid, "state: %s or %s", Waiting, GivenUp)
	}
	prefix := ""
	if q.Contact != "" {
		snap, err := s.Sessions.Of(ctx, q.Instance, q.Contact)
		if err != nil {
			return nil, "", err
		}
		prefix = snap.ID + "/"
	}
	looked, last := 0, max(q.After, prefix)
	err = s.each(ctx, q.Instance, kindUndelivered, last, func(r *change.Resource) (bool, error) {
		if !strings.HasPrefix(r.ID, prefix) {
			return false, nil
		}
		if looked == mostLooked || len(list) == q.Limit {
			next = last
			return false, nil
		}
		looked, last = looked+1, r.ID
		n, err := readNoted(r)
		if d := n.delivery(); err == nil && (q.Sink == "" || q.Sink == d.Sink) && (q.State == "" || q.State == d.State) {
			list = append(list, d)
		}
		return true, err
	})
	return list, next, err
}

// noted is a row of what is undelivered.
type noted struct {
	undelivered
	chat, key string
	number    int64 // in the log, or of a stream in the transcript
}

// readNoted reads one.
func readNoted(r *change.Resource) (n noted, err error) {
	part := strings.SplitN(r.ID, "/", 3)
	if err = json.Unmarshal(r.Document, &n.undelivered); err == nil && len(part) == 3 {
		n.number, err = strconv.ParseInt(part[1], 10, 64)
	}
	if err != nil || len(part) != 3 {
		return n, fault.Wrap(fault.Internal, err, "a row of what is undelivered cannot be read")
	}
	if n.chat, n.key = part[0], part[2]; n.Sink == "" {
		n.Sink = n.key
	}
	return n, nil
}

// delivery is how the log shows it.
func (n *noted) delivery() Delivery {
	d := Delivery{
		ID: n.ID, Chat: n.chat, Number: n.number, Contact: n.Contact, Type: n.Type, Happened: n.Happened, Sink: n.Sink, State: Waiting,
		Tries: n.Tries, Tried: n.Tried, Again: n.Again, Error: n.Error,
	}
	if id, ok := strings.CutPrefix(n.key, streamPrefix); ok {
		d.Stream = id
	}
	if n.Lost {
		d.State = GivenUp
	}
	return d
}
