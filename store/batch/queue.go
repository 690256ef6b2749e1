package batch

import (
	"runtime"
	"sync"
)

// What one transaction takes at most: so many Sets that no sender waits long
// for its neighbours, so many bytes that the WAL stays small.
const (
	maxBatch      = 1024
	maxBatchBytes = 4 << 20
)

// Waiting is what a Queue holds: a Request, or what an adapter made of one.
type Waiting interface {
	// Take claims it; false if its caller has withdrawn it.
	Take() bool
	// Size is about how many bytes it writes.
	Size() int
	// Alone tells whether it wants a transaction of its own.
	Alone() bool
}

// Queue holds what waits for a committer, oldest first.
type Queue[R Waiting] struct {
	mu     sync.Mutex
	more   sync.Cond
	list   []R
	closed bool
}

// NewQueue returns an empty queue.
func NewQueue[R Waiting]() *Queue[R] {
	q := &Queue[R]{}
	q.more.L = &q.mu
	return q
}

// Put adds a request; false once the queue is closed.
func (q *Queue[R]) Put(r R) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.list = append(q.list, r)
	q.more.Signal()
	return true
}

// Wait blocks until there is a request; false once the queue is closed and empty.
func (q *Queue[R]) Wait() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.list) == 0 && !q.closed {
		q.more.Wait()
	}
	return len(q.list) > 0
}

// Settle returns when yielding brings no further requests: every caller that
// was just answered hands in its next Set first. Larger batches mean fewer
// fsyncs, and the wait is only as long as there is other work to do.
func (q *Queue[R]) Settle() {
	for before, now := -1, q.size(); before != now && now < maxBatch; before, now = now, q.size() {
		runtime.Gosched()
	}
}

func (q *Queue[R]) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list)
}

// Take appends to batch what one transaction should hold: Sets up to the
// bounds, or a single request that wants to be alone. Withdrawn requests are
// dropped.
func (q *Queue[R]) Take(batch []R) []R {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for _, r := range q.list {
		full := len(batch) == maxBatch || size > maxBatchBytes
		if full || r.Alone() && len(batch) > 0 {
			break
		}
		n++
		if !r.Take() {
			continue
		}
		batch = append(batch, r)
		size += r.Size()
		if r.Alone() {
			break
		}
	}
	q.drop(n)
	return batch
}

// drop removes the first n requests.
func (q *Queue[R]) drop(n int) {
	rest := copy(q.list, q.list[n:])
	clear(q.list[rest:])
	q.list = q.list[:rest]
}

// Close lets nothing in any more; what is in the queue is still taken.
func (q *Queue[R]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.more.Broadcast()
}
