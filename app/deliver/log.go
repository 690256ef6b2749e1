package deliver

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"parley/domain/change"
	"parley/domain/session"
	"parley/store"
)

// MostListed is how many entries or rows one page has at most (our choice).
const MostListed = 100

// OfChat returns what sinks are told of the chat of a contact, entry by entry from after on, and how far its streams are; fault.NotFound.
func (s *Service) OfChat(ctx context.Context, instance, contact string, after int64, limit int) (Log, error) {
	snap, err := s.Sessions.Of(ctx, instance, contact)
	if err != nil {
		return Log{}, err
	}
	log := Log{Chat: snap.ID, Deliveries: []Delivery{}, Streams: []Flow{}}
	feeds, err := s.feeds(ctx, snap)
	if err != nil {
		return log, err
	}
	rows, err := s.Sessions.Store.Resources(ctx, instance, kindEntry, numbered(snap.ID, after), limit)
	if err != nil {
		return log, err
	}
	list, err := entriesOf(snap.ID, rows)
	if err != nil || len(list) == 0 {
		log.Streams = s.flows(snap, feeds)
		return log, err
	}
	missing, err := s.missing(ctx, snap, list[0].seq, list[len(list)-1].seq)
	if err != nil {
		return log, err
	}
	for _, e := range list {
		for _, key := range s.listeners(feeds, e) {
			log.Deliveries = append(log.Deliveries, describe(snap, e, key, feeds[key], missing[undeliveredID(snap.ID, e.seq, key)]))
		}
	}
	if log.Streams = s.flows(snap, feeds); len(list) == limit {
		log.Next = list[len(list)-1].seq
	}
	return log, nil
}

// feeds are how far all destinations are with a chat that have begun, by key.
func (s *Service) feeds(ctx context.Context, snap *session.Session) (map[string]*feed, error) {
	all := map[string]*feed{}
	err := s.each(ctx, snap.InstanceID, kindFeed, snap.ID+"/", func(r *change.Resource) (bool, error) {
		key, ours := strings.CutPrefix(r.ID, snap.ID+"/")
		if !ours {
			return false, nil
		}
		f := &feed{key: key, instance: snap.InstanceID, id: r.ID, version: r.Version}
		s.direct(snap, f)
		all[key] = f
		return true, json.Unmarshal(r.Document, f)
	})
	return all, err
}

// each goes through the rows of a kind until it is told to stop.
func (s *Service) each(ctx context.Context, instance, kind, after string, do func(*change.Resource) (goOn bool, err error)) error {
	for row, err := range store.All(ctx, s.Sessions.Store, instance, kind, after) {
		if err != nil {
			return err
		}
		if goOn, err := do(row); err != nil || !goOn {
			return err
		}
	}
	return nil
}

// missing is what is noted as undelivered of a run of numbers of a chat, by the ids of the rows.
func (s *Service) missing(ctx context.Context, snap *session.Session, first, last int64) (map[string]*undelivered, error) {
	all, end := map[string]*undelivered{}, numbered(snap.ID, last+1)
	err := s.each(ctx, snap.InstanceID, kindUndelivered, numbered(snap.ID, first), func(r *change.Resource) (bool, error) {
		if r.ID >= end {
			return false, nil
		}
		u := &undelivered{}
		all[r.ID] = u
		return true, json.Unmarshal(r.Document, u)
	})
	return all, err
}

// listeners are the keys of those who are told an entry, sorted: sinks of this node, and those that have begun and are no more.
func (s *Service) listeners(feeds map[string]*feed, e *entry) (keys []string) {
	for key, d := range s.to {
		if d.wants(e) {
			keys = append(keys, key)
		}
	}
	for key := range feeds {
		if s.to[key] == nil && strings.HasPrefix(key, string(e.what())+"/") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// describe says how it goes with an entry. f is nil where its destination has not begun, u where nothing is noted.
func describe(snap *session.Session, e *entry, key string, f *feed, u *undelivered) Delivery {
	d := Delivery{
		ID: e.ID, Sink: key, Chat: snap.ID, Contact: e.Contact, Number: e.seq, Type: e.Type, Happened: e.At, State: Delivered,
	}
	if f == nil {
		d.State = Untried
		return d
	}
	if t, ok := f.tookAt(e.seq); ok {
		d.Delivered, d.Tries = t.At, t.Tries
	}
	if f.waits(e.seq) {
		d.State = Waiting
	}
	d.undelivered(u)
	return d
}

// undelivered adds what is noted of it.
func (d *Delivery) undelivered(u *undelivered) {
	if u == nil {
		return
	}
	d.Tries, d.Tried, d.Again, d.Error = u.Tries, u.Tried, u.Again, u.Error
	if d.State != Waiting && u.Lost {
		d.State = GivenUp
	}
}

// flows are how far the streams of a chat are.
func (s *Service) flows(snap *session.Session, feeds map[string]*feed) []Flow {
	list := []Flow{}
	for i := range snap.State.Streams {
		stream := &snap.State.Streams[i]
		one := Flow{Stream: stream.ID, Topic: stream.ARN, After: stream.After, Next: stream.After + 1, Until: snap.Head, Stopped: stream.Stopped}
		if stream.Stopped {
			one.Until = stream.Until
		}
		if to := s.topic(stream.ARN); to != nil {
			one.Sink = to.key()
		}
		if f := feeds[streamPrefix+stream.ID]; f != nil {
			if one.Next, one.Tries = f.Next, f.Tries; len(f.Took) > 0 {
				one.At = f.Took[len(f.Took)-1].At
			}
		}
		list = append(list, one)
	}
	return list
}
