package deliver

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/filed"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/streaming"
	"parley/internal/fault"
	"parley/outbound/sink"
	"parley/store"
	"parley/work/resource"
)

// streamPrefix begins the keys of the feeds of streams; the stream's id follows.
const streamPrefix = "stream/"

// watch has the streams of a chat look at what a change adds to its transcript.
func (s *Service) watch(was *session.Session, set *change.Set) {
	now := set.Session.Next
	if now == nil {
		now = was
	}
	if now == nil || len(set.Items) == 0 {
		return
	}
	for i := range now.State.Streams {
		if stream := &now.State.Streams[i]; !stream.Stopped {
			look(set, change.Due{DueKey: streamKey(now.ID, stream.ID), At: set.At})
		}
	}
	if now.Status == session.Ended && len(now.State.Streams) > 0 {
		look(set, forgetting(now.ID, set.At))
	}
}

func streamKey(session, stream string) change.DueKey {
	return change.DueKey{Owner: session, Kind: DueDeliver, Subject: streamPrefix + stream}
}

// direct finds what a feed has and where it goes.
func (s *Service) direct(snap *session.Session, f *feed) {
	f.to, f.lane = s.to[f.key], f.key
	if id, ok := strings.CutPrefix(f.key, streamPrefix); ok {
		if f.stream = snap.Stream(id); f.stream == nil {
			f.stream = &session.Stream{ID: id, After: snap.Head, Until: snap.Head, Stopped: true} // nothing is left to send
		}
		f.Next = f.stream.After + 1
		if f.to = s.topic(f.stream.ARN); f.to != nil {
			f.lane = f.to.key()
		}
	}
}

// topic is what stands behind the ARN of a topic: by the whole ARN, by its name, or what stands behind all others; nil = nothing does.
func (s *Service) topic(arn string) *Destination {
	for _, name := range []string{arn, arn[strings.LastIndex(arn, ":")+1:], "*"} {
		if d := s.to[string(Messages)+"/"+name]; d != nil {
			return d
		}
	}
	return nil
}

// items are the items of a stream after a position.
func (s *Service) items(ctx context.Context, snap *session.Session, stream *session.Stream, after int64, limit int) (list []*entry, err error) {
	page := store.Page{After: after, Limit: limit}
	if stream.Stopped {
		if page.Before = stream.Until + 1; after >= stream.Until {
			return nil, nil
		}
	}
	items, err := s.Sessions.Store.Items(ctx, snap.ID, page)
	for i := range items {
		item := &items[i]
		list = append(list, &entry{
			ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(fmt.Sprint("stream/", stream.ID, "/", item.Position))).String(),
			At: item.Time, Type: string(item.Type), Contact: item.ContactID, seq: item.Position, item: item,
		})
	}
	return list, err
}

// streamed is an item as Amazon Connect publishes it ("Amazon SNS payload for real-time chat message streaming").
func (s *Service) streamed(snap *session.Session, f *feed, e *entry) sink.Message {
	item := e.item
	c := filed.ItemOf(item)
	c.InitialContactID, c.ContactID = snap.ID, item.ContactID
	body, _ := json.Marshal(c) // nothing in it can fail to encode
	m := sink.Message{
		ID: e.ID, Group: snap.ID, Topic: f.stream.ARN,
		Type: "Amazon Connect Chat Message", Body: body, At: item.Time, Path: "chat-messages/" + snap.ID + "/" + item.ID + ".json",
	}
	for _, a := range []sink.Attribute{
		{Name: "InitialContactId", Value: snap.ID}, {Name: "ContactId", Value: item.ContactID}, {Name: "InstanceId", Value: snap.InstanceID},
		{Name: "AccountId", Value: s.Home.Account}, {Name: "Type", Value: string(item.Type)}, {Name: "ContentType", Value: item.ContentType},
		{Name: "ParticipantRole", Value: string(item.Author.Role)}, {Name: "MessageVisibility", Value: streaming.Visibility(item)},
	} {
		if a.Value != "" { // SNS takes no empty ones
			m.Attributes = append(m.Attributes, a)
		}
	}
	return m
}

// CheckTopic refuses what is no standard topic, or none behind which something stands; member names the configuration in the refusal.
func (s *Service) CheckTopic(arn, member string) error {
	switch {
	case !topicARN.MatchString(arn):
		return fault.New(fault.Invalid, "%s.StreamingEndpointArn: the ARN of a standard SNS topic is needed", member)
	case s.topic(arn) == nil:
		return fault.New(fault.NotFound, "%s.StreamingEndpointArn: nothing stands behind this topic: start the server with --streaming", member)
	}
	return nil
}

// StartStream streams a chat to a topic (StartContactStreaming). The same client token again gets the same stream.
func (s *Service) StartStream(ctx context.Context, instance, contactID, arn, clientToken string) (id string, err error) {
	if err := s.CheckTopic(arn, "ChatStreamingConfiguration"); err != nil {
		return "", err
	}
	id = resource.NewID()
	first := &change.Once{
		Key: change.OnceKey("StartContactStreaming", "", clientToken), Fingerprint: sha256.Sum256([]byte(contactID + "\x00" + arn)),
		Answer: []byte(id), Expires: s.Clock.Now().Add(quota.TokenLife),
	}
	res, err := s.decide(ctx, instance, contactID, first, func(d *contact.Draft) error { return streaming.Start(d, id, arn) })
	if err != nil || res.Replay == nil {
		return id, err
	}
	if s.StrictTokens && res.Replay.Fingerprint != first.Fingerprint {
		return "", fault.New(fault.TokenReused, "ClientToken was used before, with other parameters")
	}
	return string(res.Replay.Answer), nil
}

// StopStream ends a stream (StopContactStreaming).
func (s *Service) StopStream(ctx context.Context, instance, contactID, id string) error {
	_, err := s.decide(ctx, instance, contactID, nil, func(d *contact.Draft) error { return streaming.Stop(d, id) })
	return err
}

// decide makes a decision on a chat. A client token that was used before answers also where the decision is refused now.
func (s *Service) decide(ctx context.Context, instance, contactID string, first *change.Once, rule func(*contact.Draft) error) (res store.Result, err error) {
	id, err := s.Sessions.ChatOf(ctx, instance, contactID)
	if fault.Is(err, fault.NotFound) {
		return res, fault.Wrap(fault.NotFound, err, "ContactId: the contact was not found")
	}
	if err != nil {
		return res, err
	}
	if first != nil {
		first.Scope = id
		if res.Replay, err = s.Sessions.Store.Answer(ctx, id, first.Key, s.Clock.Now()); err != nil || res.Replay != nil {
			return res, err
		}
	}
	if _, err := s.Sessions.Current(ctx, id); err != nil { // where the transcript stands now
		return res, err
	}
	return s.Sessions.Decide(ctx, id, s.Sessions.Edit(ctx, "stream", s.Clock, func(d *contact.Draft) error {
		if first != nil {
			d.Once(first)
		}
		return rule(d)
	}))
}
