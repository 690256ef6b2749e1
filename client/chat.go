package client

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// renewBefore is how long before its expiry a connection token is replaced
// (our choice; tokens live a day).
const renewBefore = time.Hour

// State says how a participant's connection is.
type State uint8

// The states.
const (
	Connected    State = iota // subscribed; nothing was missed
	Reconnecting              // the socket is lost; a new one is being opened
	Ended                     // chat.ended was shown, or the server refuses the participant
)

// Events are called by a Chat, one call at a time. They must not block long:
// the socket is not read meanwhile. Each may be nil.
type Events struct {
	Item  func(Item)
	State func(State)
}

// Chat is one participant in one chat. It is safe for concurrent use.
type Chat struct {
	client *Client
	header http.Header // carries the participant token
	conn   atomic.Pointer[connection]
	events Events
	stop   context.CancelFunc
	done   chan struct{}

	ended   chan struct{}
	endOnce sync.Once

	mu    sync.Mutex // held while events are called
	inbox inbox
}

// Join connects a participant: it returns once the server confirmed the
// subscription, and from then on shows every item. ctx bounds the joining
// alone; the chat lives until it ends or Close is called.
func (c *Client) Join(ctx context.Context, participantToken string, events Events) (*Chat, error) {
	chat := &Chat{
		client: c,
		header: bearer(participantToken),
		events: events,
		done:   make(chan struct{}),
		ended:  make(chan struct{}),
		inbox:  newInbox(),
	}
	conn, err := c.connect(ctx, chat.header)
	if err != nil {
		return nil, err
	}
	chat.conn.Store(&conn)
	socket, err := c.open(ctx, conn.url, chat.receive)
	if err != nil {
		return nil, err
	}
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	chat.stop = stop
	go chat.run(live, socket)
	return chat, nil
}

// Close closes the socket without leaving the chat, and waits until no event
// can follow. It must not be called from an event.
func (c *Chat) Close() {
	c.stop()
	<-c.done
}

// Done is closed when nothing follows any more: after the end, or after Close.
func (c *Chat) Done() <-chan struct{} { return c.done }

// run keeps one live socket until the chat ends or is closed.
func (c *Chat) run(ctx context.Context, s *socket) {
	defer close(c.done)
	defer c.stop()
	beat := time.NewTicker(c.client.config.Heartbeat)
	defer beat.Stop()
	c.state(Connected)
	for s != nil {
		select {
		case <-ctx.Done():
		case <-c.ended:
		case <-s.closed:
			s = c.reconnect(ctx, s)
			continue
		case <-beat.C:
			if !s.beat() || c.stale() {
				s = c.replace(ctx, s)
			}
			continue
		}
		s.close()
		<-s.closed
		break
	}
	if c.over() {
		c.state(Ended)
	}
}

// reconnect opens a socket in place of a lost one; nil means that there is
// nothing to connect to any more.
func (c *Chat) reconnect(ctx context.Context, lost *socket) *socket {
	if c.over() {
		return nil
	}
	c.state(Reconnecting)
	s := c.replace(ctx, lost)
	if s != nil {
		c.state(Connected)
	}
	return s
}

// replace opens a new socket, fills the gap and only then closes the old one.
// It tries until it succeeds; nil means that ctx or the chat has ended.
func (c *Chat) replace(ctx context.Context, old *socket) *socket {
	defer func() {
		old.close()
		<-old.closed
	}()
	for attempt := 0; ; attempt++ {
		s, err := c.resume(ctx)
		if err == nil {
			return s
		}
		if Denied(err) {
			c.release()
			c.end()
			return nil
		}
		if !pause(ctx, attempt) {
			return nil
		}
	}
}

// resume opens a socket and shows what was missed before what it carries. A
// failure after the server gave a URL leaves the inbox holding: the gap of the
// next attempt begins at the last item shown and covers what waits.
func (c *Chat) resume(ctx context.Context) (*socket, error) {
	conn, err := c.client.connect(ctx, c.header)
	if err != nil {
		return nil, err
	}
	c.conn.Store(&conn)
	last := c.hold()
	s, err := c.client.open(ctx, conn.url, c.receive)
	if err != nil {
		return nil, err
	}
	if err := c.catchUp(ctx, last); err != nil {
		s.close()
		return nil, err
	}
	c.release()
	return s, nil
}

// catchUp shows the transcript from the last item shown to its end, page by
// page: a long gap whose reading is cut short is shorter the next time.
func (c *Chat) catchUp(ctx context.Context, last string) error {
	forward := last != ""
	q := Query{StartID: last, Forward: forward, Ascending: forward, MaxResults: 100}
	var all []Item // of a transcript of which nothing was shown, the newest first
	for {
		page, err := c.Transcript(ctx, q)
		if err != nil {
			return err
		}
		if forward {
			c.fill(page.Items)
		} else {
			all = append(all, page.Items...)
		}
		if page.NextToken == "" || len(page.Items) == 0 {
			break
		}
		q.NextToken = page.NextToken
	}
	slices.Reverse(all)
	c.fill(all)
	return nil
}

// stale reports whether the connection token nears its end.
func (c *Chat) stale() bool {
	expiry := c.conn.Load().expiry
	return !expiry.IsZero() && time.Until(expiry) < renewBefore
}

func (c *Chat) receive(item Item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inbox.admit(item) {
		c.show(item)
	}
}

func (c *Chat) hold() (last string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inbox.holding = true
	return c.inbox.last
}

func (c *Chat) fill(gap []Item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, item := range c.inbox.fill(gap) {
		c.show(item)
	}
}

func (c *Chat) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, item := range c.inbox.release() {
		c.show(item)
	}
}

func (c *Chat) show(item Item) {
	if c.events.Item != nil {
		c.events.Item(item)
	}
	if item.ContentType == ChatEnded {
		c.end()
	}
}

func (c *Chat) state(s State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.events.State != nil {
		c.events.State(s)
	}
}

func (c *Chat) end() { c.endOnce.Do(func() { close(c.ended) }) }

func (c *Chat) over() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}
