package people

import (
	"context"
	"encoding/json"
	"time"

	"parley/internal/fault"
)

const chatChannel = "CHAT"

// Chat returns how a user takes chats: by itself, and with how much time for after-contact work, 0 = without
// end. What is said for the channel holds before what is said for all.
func (u *User) Chat() (autoAccept bool, work time.Duration) {
	autoAccept, work = u.Phone.AutoAccept, time.Duration(u.Phone.AfterContactWork)*time.Second
	var accepts []struct {
		Channel    string
		AutoAccept bool
	}
	if json.Unmarshal(u.Channels.AutoAccept, &accepts) == nil {
		for _, c := range accepts {
			if c.Channel == chatChannel {
				autoAccept = c.AutoAccept
			}
		}
	}
	var works []struct {
		Channel                string
		AfterContactWorkConfig struct{ AfterContactWorkTimeLimit *int }
	}
	if json.Unmarshal(u.Channels.AfterContactWork, &works) == nil {
		for _, c := range works {
			if limit := c.AfterContactWorkConfig.AfterContactWorkTimeLimit; c.Channel == chatChannel && limit != nil {
				work = time.Duration(*limit) * time.Second
			}
		}
	}
	return autoAccept, work
}

// Chats returns how many chats the users of a routing profile have at a time, and the queues that they serve.
func (p *RoutingProfile) Chats() (most int, queues []ProfileQueue) {
	for _, c := range p.Concurrency {
		if c.Channel == chatChannel {
			most = c.Most
		}
	}
	for _, q := range p.Queues {
		if q.Channel == chatChannel {
			queues = append(queues, q)
		}
	}
	return most, queues
}

// OfflineStatus returns the status that an instance comes with for users who are not at work; fault.NotFound.
func (s *Service) OfflineStatus(ctx context.Context, instance string) (AgentStatus, error) {
	all, err := statuses().All(ctx, s.docs, instance)
	for i := range all {
		if all[i].Type == StatusOffline {
			return all[i], nil
		}
	}
	if err != nil {
		return AgentStatus{}, err
	}
	return AgentStatus{}, fault.New(fault.NotFound, "AgentStatusId: the instance has no offline status")
}
