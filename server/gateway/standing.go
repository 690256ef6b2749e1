package gateway

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"parley/app/router"
	"parley/domain/transcript"
	"parley/server/gateway/websocket"
)

// topicQueue is ours: a customer who subscribes to it hears where it stands in its queue. It is a topic of its own so that no client
// gets what it does not know: chatjs shows an event of aws/chat with an unknown type as a message.
const topicQueue = "parley/queue"

// Queues tells customers where they stand.
type Queues interface {
	// Stand has tell called whenever that changes; it must return at once.
	Stand(ctx context.Context, session string, tell func(router.Standing)) (stop func(), err error)
}

const (
	queueOpen  = `{"topic":"parley/queue","contentType":"application/json","content":"`
	queueEvent = "application/vnd.parley.event.queue.position"
)

// queueFrame is an event of the form that those of the chat have. It is not stored.
func queueFrame(session string, s router.Standing) []byte {
	content := struct {
		PositionInQueue      int    // 0: the customer waits no more
		EstimatedWaitSeconds *int64 `json:",omitempty"` // left out where it cannot be told
	}{PositionInQueue: s.Position}
	if s.Waits && s.Known {
		content.EstimatedWaitSeconds = new(int64(s.Wait.Seconds()))
	}
	raw, _ := json.Marshal(content) // numbers always encode
	item := transcript.Item{
		ID: uuid.Must(uuid.NewV7()).String(), Time: s.At, Type: transcript.Event, ContentType: queueEvent, Content: string(raw), ContactID: s.ContactID,
	}
	inner := appendItem(nil, session, &item)
	frame := make([]byte, websocket.HeaderRoom, websocket.HeaderRoom+len(queueOpen)+2*len(inner)+len(chatClose))
	frame = append(appendEscaped(append(frame, queueOpen...), inner), chatClose...)
	return websocket.Finish(frame)
}

// subscribeQueue begins to tell a customer where it stands; others, and a second time, are answered only.
func (s *socket) subscribeQueue() {
	if s.gw.opts.Queues == nil || s.ticket.Role != transcript.Customer {
		s.reply(nakFrame([]string{topicQueue}))
		return
	}
	s.mu.Lock()
	first := !s.stands
	s.stands = true
	s.mu.Unlock()
	if first {
		go s.stand()
		return
	}
	s.reply(queueAck)
}

func (s *socket) stand() {
	defer s.contain()
	ctx, cancel := context.WithTimeout(context.Background(), s.gw.opts.Handshake)
	defer cancel()
	stop, err := s.gw.opts.Queues.Stand(ctx, s.ticket.Session, func(now router.Standing) { s.send(queueFrame(s.ticket.Session, now)) })
	s.mu.Lock()
	over := s.stage == closed
	if s.stands = err == nil; s.stands && !over {
		s.stopStanding = stop
	}
	s.mu.Unlock()
	switch {
	case err != nil:
		s.reply(nakFrame([]string{topicQueue}))
	case over:
		stop()
	default:
		s.reply(queueAck)
	}
}
