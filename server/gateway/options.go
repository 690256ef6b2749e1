package gateway

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"time"

	"parley/app/follow"
	"parley/domain/transcript"
)

// Ticket is what a websocket URL stands for.
type Ticket struct {
	ID          string // of the URL: it is spent once
	Session     string
	Participant string
	Role        transcript.Role
	After       int64 // the position after which the URL's socket is served
}

// Tickets verifies the token in a websocket URL. Any error refuses the upgrade
// with 403; which one it was is not told.
type Tickets interface {
	Open(ctx context.Context, token string) (Ticket, error)
}

// Subscriber is told of a socket's first subscribe.
type Subscriber interface {
	// Subscribed spends the URL, marks the participant connected and returns the position after
	// which the socket is served. fault.Denied, fault.Gone and fault.NotFound (spent, removed,
	// ended) close the socket with 1008; after any other error the client may try again.
	Subscribed(ctx context.Context, t Ticket) (after int64, err error)
}

// Follower serves items to sinks; *follow.Hub is one.
type Follower interface {
	Follow(ctx context.Context, sub follow.Subscription) (*follow.Following, error)
}

// Watcher hears what becomes of sockets. It must return at once.
type Watcher interface {
	// Subscribed: the socket is served the chat, which its client asked for so long ago.
	Subscribed(t Ticket, ago time.Duration)
	// Closed: a socket is over, for a reason of Stats.Drops. served tells one that had subscribed.
	Closed(t Ticket, why string, served bool)
	// Refused: an upgrade was refused, for a reason of Stats.Refused; the token is the URL's.
	Refused(token, why string)
}

// noWatcher hears nothing.
type noWatcher struct{}

func (noWatcher) Subscribed(Ticket, time.Duration) {}
func (noWatcher) Closed(Ticket, string, bool)      {}
func (noWatcher) Refused(string, string)           {}

// Options wires a Gateway. Zero limits take the defaults, which are our choice unless said.
type Options struct {
	Tickets    Tickets
	Subscriber Subscriber
	Follower   Follower
	// Queues tells customers where they stand in their queue; nil refuses that topic.
	Queues Queues
	// Healthy answers aws/ping: whether the path from a message's store to this socket works. It
	// is called from read loops and must answer at once, from memory.
	Healthy func() bool
	// Watch hears of sockets; nil hears nothing.
	Watch Watcher
	// Panicked hears of a panic in a socket's goroutine; the socket ends, the process goes on.
	Panicked func(value any, stack []byte)
	// Token returns the URL's token; the default is the query parameter "token".
	Token func(*http.Request) string
	// ClientIP returns what PerIP counts by, empty for what is not to be counted; the default is the peer's address.
	ClientIP func(*http.Request) string
	// Origins are the allowed values of the Origin header ("https://shop.example:8443"); empty
	// allows any. Requests without the header (native clients) are always allowed: the URL
	// alone authenticates, no cookie does.
	Origins []string

	PerParticipant int           // sockets of one participant (5)
	PerIP          int           // sockets of one address (0 = no limit)
	Stale          time.Duration // silence after which a sixth socket takes one's place (15 s)
	Silence        time.Duration // without any frame from the client: dropped (35 s)
	Unsubscribed   time.Duration // without a subscribe: dropped (30 s)
	Farewell       time.Duration // from chat.ended to our close with 1000 (5 s)
	WriteTimeout   time.Duration // for what is queued to reach a client's machine (30 s)
	Handshake      time.Duration // for the ticket and the 101, and for a subscribe (5 s)
	MaxQueue       int           // bytes queued per socket (1 MiB)
	DrainSpread    time.Duration // that the closes of Drain are spread over (5 s)
}

// maxFrame is the largest message that a client may send (our choice; real ones have under 100 bytes).
const maxFrame = 4 << 10

func (o Options) withDefaults() Options {
	o.PerParticipant = cmp.Or(o.PerParticipant, 5)
	o.MaxQueue = cmp.Or(o.MaxQueue, 1<<20)
	o.Stale = cmp.Or(o.Stale, 15*time.Second)
	o.Silence = cmp.Or(o.Silence, 35*time.Second)
	o.Unsubscribed = cmp.Or(o.Unsubscribed, 30*time.Second)
	o.Farewell = cmp.Or(o.Farewell, 5*time.Second)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, 30*time.Second)
	o.Handshake = cmp.Or(o.Handshake, 5*time.Second)
	o.DrainSpread = cmp.Or(o.DrainSpread, 5*time.Second)
	if o.Token == nil {
		o.Token = func(r *http.Request) string { return r.URL.Query().Get("token") }
	}
	if o.ClientIP == nil {
		o.ClientIP = peerIP
	}
	if o.Panicked == nil {
		o.Panicked = func(any, []byte) {}
	}
	if o.Watch == nil {
		o.Watch = noWatcher{}
	}
	if o.Healthy == nil {
		o.Healthy = func() bool { return true }
	}
	return o
}

func peerIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
