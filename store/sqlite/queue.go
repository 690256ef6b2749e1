package sqlite

import (
	"runtime"
	"sync"
	"time"

	"parley/store"
)

// What one transaction takes at most: so many Sets that no sender waits long
// for its neighbours, so many bytes that the WAL stays small.
const (
	maxBatch      = 1024
	maxBatchBytes = 4 << 20
)

// queue holds the requests that wait for the writer, oldest first.
type queue struct {
	mu     sync.Mutex
	more   sync.Cond
	list   []*request
	closed bool

	meter *store.Meter
	since time.Duration // when the oldest request came, by the meter
}

func newQueue(m *store.Meter) *queue {
	q := &queue{meter: m}
	q.more.L = &q.mu
	return q
}

// put adds a request; false once the queue is closed.
func (q *queue) put(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	if len(q.list) == 0 {
		q.since = q.meter.Read()
	}
	q.list = append(q.list, r)
	q.more.Signal()
	return true
}

// wait blocks until there is a request; false once the queue is closed and empty.
func (q *queue) wait() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.list) == 0 && !q.closed {
		q.more.Wait()
	}
	return len(q.list) > 0
}

// settle returns when yielding brings no further requests: every caller that
// was just answered hands in its next Set first. Larger batches mean fewer
// fsyncs, and the wait is only as long as there is other work to do.
func (q *queue) settle() {
	for before, now := -1, q.size(); before != now && now < maxBatch; before, now = now, q.size() {
		runtime.Gosched()
	}
}

func (q *queue) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list)
}

// take appends to batch what one transaction should hold: Sets up to the
// bounds, or a single request that wants to be alone. Withdrawn requests are
// dropped. since is when the oldest came; what stays behind counts from now.
func (q *queue) take(batch []*request) (_ []*request, since time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	since = q.since
	n, size := 0, 0
	for _, r := range q.list {
		full := len(batch) == maxBatch || size > maxBatchBytes
		if full || r.alone != nil && len(batch) > 0 {
			break
		}
		n++
		if !r.take() {
			continue
		}
		batch = append(batch, r)
		size += r.size
		if r.alone != nil {
			break
		}
	}
	q.drop(n)
	if len(q.list) > 0 {
		q.since = q.meter.Read()
	}
	return batch, since
}

// drop removes the first n requests.
func (q *queue) drop(n int) {
	rest := copy(q.list, q.list[n:])
	clear(q.list[rest:])
	q.list = q.list[:rest]
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.more.Broadcast()
}
