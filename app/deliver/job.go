package deliver

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

// Job goes through all chats of an instance and has a sink told things again. It survives restarts, and any node goes on with it.
type Job struct {
	ID    string    `json:"id"`   // also the name of the replay
	Kind  JobKind   `json:"kind"` // what it does
	Sink  string    `json:"sink"`
	From  time.Time `json:"from,omitzero"`  // of a replay: what happened from then
	Until time.Time `json:"until,omitzero"` // and before then
	Began time.Time `json:"began_at"`
	Ended time.Time `json:"ended_at,omitzero"` // everything is queued, which does not mean that it is sent
	// Deliveries is how many are sent again, in how many chats.
	Deliveries int    `json:"deliveries"`
	Chats      int    `json:"chats"`
	Error      string `json:"error,omitempty"` // why it ended before it was through

	After string `json:"after,omitempty"` // the last row that was looked at
}

// JobKind is what a job does.
type JobKind string

// JobRetry tries again what a sink has not taken, and JobReplay sends once more what happened in a time.
const (
	JobRetry  JobKind = "retry"
	JobReplay JobKind = "replay"
)

// DueAgain is the kind of deadline at which a job goes on. Its owner is the job, its subject the instance.
const DueAgain = "redeliver"

// kindJob are documents with jobs; ID: the job.
const kindJob = "redelivery"

// Bounds of jobs (our choice).
const (
	mostJobs    = 100                  // of an instance, those of the last week included
	rowsAtATime = 200                  // that a job looks at
	stepsAtOnce = 20                   // times so many, where nothing in them is to be sent
	pace        = 5 * time.Millisecond // for each chat, so that what is new finds its way
	waitForSink = 5 * time.Second
)

// Begin begins a job; its kind, sink, and of a replay its times, are to be set.
func (s *Service) Begin(ctx context.Context, instance string, j Job) (Job, error) {
	if err := s.known(j.Sink); err != nil {
		return j, err
	}
	if j.Kind == JobReplay && !j.From.Before(j.Until) {
		return j, fault.New(fault.Invalid, "from and until: two times in this order are needed")
	}
	jobs, err := s.Jobs(ctx, instance)
	if err != nil {
		return j, err
	}
	if len(jobs) >= mostJobs {
		return j, fault.New(fault.LimitExceeded, "At most %d retries and replays of a week are kept", mostJobs)
	}
	now := s.Clock.Now()
	j.ID, j.Began = resource.NewID(), now
	document, err := json.Marshal(j)
	if err != nil {
		return j, err
	}
	s.lanes.wake(j.Sink)
	_, err = s.Sessions.Commit(ctx, &change.Set{
		ID: resource.NewID(), At: now, Resources: []change.Resource{{Instance: instance, Kind: kindJob, ID: j.ID, Document: document}},
		Due: []change.Due{{DueKey: change.DueKey{Owner: j.ID, Kind: DueAgain, Subject: instance}, At: now}},
	})
	return j, err
}

// Jobs are the jobs of an instance that go on or ended in the last week, the oldest first.
func (s *Service) Jobs(ctx context.Context, instance string) ([]Job, error) {
	list := []Job{}
	return list, s.each(ctx, instance, kindJob, "", func(r *change.Resource) (bool, error) {
		var j Job
		err := json.Unmarshal(r.Document, &j)
		list = append(list, j)
		return true, err
	})
}

// HandleJob lets a job go on, or forgets it a week after its end.
func (s *Service) HandleJob(ctx context.Context, ref change.DueRef) error {
	r, err := s.Sessions.Store.Resource(ctx, ref.Subject, kindJob, ref.Owner)
	set := &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Done: []change.DueRef{ref}}
	switch {
	case fault.Is(err, fault.NotFound):
		return s.done(ctx, set)
	case err != nil:
		return err
	}
	var j Job
	if err := json.Unmarshal(r.Document, &j); err != nil {
		return err
	}
	row := change.Resource{Instance: ref.Subject, Kind: kindJob, ID: j.ID, Version: r.Version}
	if !j.Ended.IsZero() {
		row.Delete = true
		set.Resources = []change.Resource{row}
		return s.done(ctx, set)
	}
	next, err := s.step(ctx, ref.Subject, &j)
	if err != nil {
		return err
	}
	if row.Document, err = json.Marshal(j); err != nil {
		return err
	}
	set.Resources, set.Due = []change.Resource{row}, []change.Due{{DueKey: ref.DueKey, At: next}}
	return s.done(ctx, set)
}

// done commits what became of a deadline; where another node was as far, nothing is left to do.
func (s *Service) done(ctx context.Context, set *change.Set) error {
	_, err := s.Sessions.Commit(ctx, set)
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// step lets a job look at some rows, and says when it goes on. A sink that takes nothing is waited for:
// not everything is to wait for it at once.
func (s *Service) step(ctx context.Context, instance string, j *Job) (next time.Time, err error) {
	now := s.Clock.Now()
	if s.to[j.Sink] == nil || s.lanes.resting(j.Sink, now) {
		if now.Sub(j.Began) <= giveUpAfter {
			return now.Add(waitForSink), nil
		}
		j.Ended, j.Error = now, "the sink took nothing for a day"
		return now.Add(keepFor), nil
	}
	chats := j.Chats
	for range stepsAtOnce {
		more, err := s.look(ctx, instance, j)
		if err != nil {
			return now, err
		}
		if !more {
			j.Ended = s.Clock.Now()
			return j.Ended.Add(keepFor), nil
		}
		if j.Chats > chats {
			break
		}
	}
	return s.Clock.Now().Add(pace * time.Duration(j.Chats-chats)), nil
}

// look lets a job look at the next rows, and reports whether there may be more.
func (s *Service) look(ctx context.Context, instance string, j *Job) (more bool, err error) {
	kind, do := kindUndelivered, s.retryRows
	switch {
	case j.Kind == JobReplay && s.to[j.Sink].What == Messages:
		kind, do = kindFeed, s.replayStreams
	case j.Kind == JobReplay:
		kind, do = kindEntry, s.replayRows
	}
	rows, err := s.Sessions.Store.Resources(ctx, instance, kind, j.After, rowsAtATime)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	if err := do(ctx, j, rows); err != nil {
		return false, err
	}
	j.After = rows[len(rows)-1].ID
	return len(rows) == rowsAtATime, nil
}

// in does something to a chat, unless it is erased.
func (s *Service) in(ctx context.Context, j *Job, chat string, do func(*session.Session) (int, error)) error {
	snap, err := s.Sessions.Current(ctx, chat)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	n, err := do(snap)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if j.Deliveries += n; n > 0 {
		j.Chats++
	}
	return err
}

// retryRows has tried again what rows say is undelivered.
func (s *Service) retryRows(ctx context.Context, j *Job, rows []change.Resource) error {
	seen := map[string]bool{}
	for i := range rows {
		row, err := readNoted(&rows[i])
		if err != nil {
			return err
		}
		if row.Sink != j.Sink || seen[row.chat+row.key] {
			continue
		}
		seen[row.chat+row.key] = true
		err = s.in(ctx, j, row.chat, func(snap *session.Session) (int, error) {
			n, ok, err := s.retry(ctx, snap, row.key, 0)
			if ok && n == 0 {
				n = 1 // what waited
			}
			return n, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replayRows has sent once more what rows say was told in the time.
func (s *Service) replayRows(ctx context.Context, j *Job, rows []change.Resource) error {
	spans := map[string][]span{}
	var chats []string
	for i := range rows {
		chat, e, err := readEntry(&rows[i])
		if err != nil {
			return err
		}
		if e.At.Before(j.From) || !e.At.Before(j.Until) || !s.to[j.Sink].wants(e) {
			continue
		}
		if spans[chat] == nil {
			chats = append(chats, chat)
		}
		spans[chat] = append(spans[chat], span{From: e.seq, To: e.seq, Replay: j.ID})
	}
	for _, chat := range chats {
		err := s.in(ctx, j, chat, func(snap *session.Session) (int, error) { return s.replay(ctx, snap, j.Sink, joined(spans[chat])) })
		if err != nil {
			return err
		}
	}
	return nil
}

// replayStreams has sent once more what the streams of rows had of the time.
func (s *Service) replayStreams(ctx context.Context, j *Job, rows []change.Resource) error {
	for i := range rows {
		chat, key, _ := strings.Cut(rows[i].ID, "/")
		id, ok := strings.CutPrefix(key, streamPrefix)
		if !ok {
			continue
		}
		err := s.in(ctx, j, chat, func(snap *session.Session) (int, error) {
			stream := snap.Stream(id)
			if stream == nil || s.laneOf(snap, key) != j.Sink {
				return 0, nil
			}
			spans, err := s.streamedWithin(ctx, snap, stream, j.ID, j.From, j.Until)
			if err != nil {
				return 0, err
			}
			return s.replay(ctx, snap, key, spans)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
