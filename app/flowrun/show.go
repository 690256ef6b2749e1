package flowrun

import (
	"context"
	"time"

	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/clock"
)

// pace is the least time between two parts of a message that is shown (our choice): a
// model makes fifty words a second, and eyes follow ten.
const pace = 100 * time.Millisecond

// show shows a bot's text to the followers of a chat while the bot makes it. A nil one shows nothing.
type show struct {
	push    func(transcript.Item)
	item    transcript.Item // the last part
	now     func() time.Time
	shown   string    // what the parts hold
	waiting string    // what the next part will hold
	at      time.Time // of the last part, wall clock
}

// show begins one for a chat that takes texts bit by bit, else nil.
func (r *Runner) show(ctx context.Context, j job) *show {
	if !j.incremental {
		return nil
	}
	return &show{
		push: func(i transcript.Item) { r.push(ctx, j.session, i) }, now: r.clock.Now,
		item: transcript.Item{
			ID: transcript.StreamID(j.session, j.Key, j.Began), Type: transcript.Message, ContentType: transcript.Plain,
			ContactID: j.contact, Author: contact.BotAuthor(),
		},
	}
}

// push shows a part, unless messages of the chat are processed on their way by now.
func (r *Runner) push(ctx context.Context, session string, i transcript.Item) {
	if on, err := r.sessions.Current(ctx, session); err == nil && on.State.Processing == nil {
		r.sessions.Push(ctx, session, i)
	}
}

// hears returns what hears the text, nil if nothing is shown.
func (s *show) hears() func(string) {
	if s == nil {
		return nil
	}
	return s.said
}

// said shows more of the text, at once or with the next part. What no part holds
// comes with the whole message.
func (s *show) said(text string) {
	s.waiting += text
	wall := clock.Wall()
	if s.waiting == "" || s.item.Chunk > 0 && wall.Sub(s.at) < pace {
		return
	}
	s.item.Chunk++
	s.item.Content, s.item.Time, s.at = s.waiting, s.now(), wall
	s.shown, s.waiting = s.shown+s.waiting, ""
	s.push(s.item)
}

// streamed tells a decision under which Id the bot's text was shown.
func (s *show) streamed(d *contact.Draft) {
	if s != nil && s.item.Chunk > 0 {
		d.Streamed(s.item.ID, s.shown)
	}
}
