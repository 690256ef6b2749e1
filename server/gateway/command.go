package gateway

import (
	"bytes"
	"encoding/json"
	"slices"

	"parley/server/gateway/websocket"
)

// The topics of the protocol.
const (
	topicChat      = "aws/chat"
	topicSubscribe = "aws/subscribe"
	topicHeartbeat = "aws/heartbeat"
	topicPing      = "aws/ping"
	// topicPreview is ours: an agent or supervisor who subscribes to it sees what the customer writes before it is sent. It is a topic
	// of its own for the reason that topicQueue is one.
	topicPreview = "parley/preview"
)

// The frames that never differ. They are shared and never changed.
var (
	chatOnly       = []string{topicChat}
	ackFrame       = text(`{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}`)
	queueAck       = text(`{"topic":"aws/subscribe","content":{"status":"success","topics":["parley/queue"]}}`)
	previewAck     = text(`{"topic":"aws/subscribe","content":{"status":"success","topics":["parley/preview"]}}`)
	heartbeatFrame = text(`{"topic":"aws/heartbeat"}`)
	healthyFrame   = text(`{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}`)
	ailingFrame    = text(`{"topic":"aws/ping","statusCode":500,"statusContent":"Unhealthy"}`)
)

func text(s string) []byte { return websocket.AppendFrame(nil, websocket.Text, []byte(s)) }

// nakFrame refuses topics.
func nakFrame(topics []string) []byte {
	list, err := json.Marshal(topics)
	if err != nil {
		list = []byte("[]")
	}
	return text(`{"topic":"aws/subscribe","content":{"status":"failure","topics":` + string(list) + `}}`)
}

// command acts on a text frame. What is unknown, empty or no JSON is ignored.
func (s *socket) command(data []byte) {
	topic, topics := parse(data)
	switch topic {
	case topicHeartbeat:
		s.reply(heartbeatFrame)
	case topicPing:
		if s.gw.opts.Healthy() {
			s.reply(healthyFrame)
		} else {
			s.reply(ailingFrame)
		}
	case topicSubscribe:
		if slices.Contains(topics, topicChat) {
			s.subscribe()
		}
		if slices.Contains(topics, topicQueue) {
			s.subscribeQueue()
		}
		if slices.Contains(topics, topicPreview) {
			s.subscribePreviews()
		}
		if others := without(topics, topicChat, topicQueue, topicPreview); len(others) > 0 || len(topics) == 0 {
			s.reply(nakFrame(others))
		}
	}
}

// without returns the topics but some, never nil.
func without(topics []string, drop ...string) []string {
	others := []string{}
	for _, t := range topics {
		if !slices.Contains(drop, t) {
			others = append(others, t)
		}
	}
	return others
}

// parse returns a frame's topic and, of a subscribe, the topics. Only the
// first JSON value counts: one client's subscribe has a stray parenthesis after it.
func parse(data []byte) (topic string, topics []string) {
	switch string(data) { // what browsers send every ten seconds, without decoding
	case `{"topic":"aws/heartbeat"}`:
		return topicHeartbeat, nil
	case `{"topic":"aws/ping"}`:
		return topicPing, nil
	case `{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}`:
		return topicSubscribe, chatOnly
	}
	var frame struct {
		Topic   string          `json:"topic"`
		Content json.RawMessage `json:"content"`
	}
	if json.NewDecoder(bytes.NewReader(data)).Decode(&frame) != nil {
		return "", nil
	}
	var content struct {
		Topics []string `json:"topics"`
	}
	if frame.Topic != topicSubscribe || json.Unmarshal(frame.Content, &content) != nil {
		return frame.Topic, nil
	}
	return frame.Topic, content.Topics
}
