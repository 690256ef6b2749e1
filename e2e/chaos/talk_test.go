package chaos_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// talk is chats in which a customer and a bot write, each on a node of its
// own, while each watches on another: no acknowledged loss, no duplicate, one
// order on every socket and in the transcript, every repeat answered alike.
type talk struct {
	chats int
	pace  time.Duration // between two sends of one person; 0: none
	w     *world
	rooms []*room
	problems
}

// room is one chat.
type room struct {
	name   string
	people []*person
	log    record
}

// person is a participant who writes and watches.
type person struct {
	name       string
	connection string
	calls      *caller
	eyes       *watcher
	answers    map[string][]byte // by text, of those that are asked for again at the end
}

// Begin starts the chats.
func (l *talk) Begin(w *world) {
	l.w = w
	flow := w.flow("Talk", harness.Wait(harness.Week))
	l.rooms = make([]*room, l.chats)
	var wait sync.WaitGroup
	for i := range l.rooms {
		r := &room{name: fmt.Sprint("chat ", i)}
		l.rooms[i] = r
		wait.Go(func() {
			if err := r.open(w, flow, i); err != nil {
				w.Errorf("%s: %v", r.name, err)
			}
		})
	}
	wait.Wait()
	if w.Failed() {
		w.FailNow()
	}
}

// open starts the chat and brings in a customer and a bot, from node i on.
func (r *room) open(w *world, flow string, i int) error {
	c := newCaller(w, i)
	started, err := c.start(flow, "talk "+r.name)
	if err != nil {
		return err
	}
	if err := r.enter(w, "customer", started.ParticipantToken, i); err != nil {
		return err
	}
	var token string
	err = c.until(func(ctx context.Context, node int) (err error) {
		_, token, err = w.signed[node].AddBot(ctx, started.ContactID, "Bot")
		return err
	})
	if err != nil {
		return err
	}
	return r.enter(w, "bot", token, i+1)
}

func (r *room) enter(w *world, name, token string, node int) error {
	p := &person{name: r.name + "'s " + name, calls: newCaller(w, node), answers: map[string][]byte{}}
	var err error
	p.connection, err = p.calls.enter(token)
	if err != nil {
		return err
	}
	if p.eyes, err = watch(newCaller(w, node+1), p.name, token); err != nil {
		return err
	}
	r.people = append(r.people, p)
	return nil
}

// Run lets everybody send.
func (l *talk) Run(ctx context.Context) {
	var wait sync.WaitGroup
	for _, r := range l.rooms {
		for _, p := range r.people {
			wait.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					l.say(r, p, fmt.Sprintf("%s, message %d", p.name, n), n)
					if l.pace > 0 {
						<-time.After(l.pace)
					}
				}
			})
		}
	}
	wait.Wait()
}

// say sends a text until it is acknowledged. Every eighth is given up after the
// first try, and every sixteenth is asked for again, of another node.
func (l *talk) say(r *room, p *person, text string, n int) {
	call := func(answer *[]byte) func(context.Context, int) error {
		return func(ctx context.Context, node int) (err error) {
			*answer, err = p.calls.post(ctx, node, p.connection, "message", message(text))
			return err
		}
	}
	answer, err := r.log.send(text, func() (answer []byte, err error) {
		if n%8 == 7 {
			err = p.calls.try(l.w.Context(), call(&answer))
		} else {
			err = p.calls.until(call(&answer))
		}
		return answer, err
	})
	switch {
	case err == nil:
		l.w.acked(p.name)
	case refused(err):
		l.add("%q was refused: %v", text, err)
	}
	if n%16 != 3 || err != nil {
		return
	}
	p.answers[text] = answer
	p.calls.at.Add(1)
	l.again(p, text, answer)
}

// again repeats a send and wants the same answer.
func (l *talk) again(p *person, text string, first []byte) {
	var answer []byte
	err := p.calls.until(func(ctx context.Context, node int) (err error) {
		answer, err = p.calls.post(ctx, node, p.connection, "message", message(text))
		return err
	})
	if err != nil || !bytes.Equal(answer, first) {
		l.add("%q was answered with %s, and again with %s (%v)", text, first, answer, err)
	}
}

// Check compares what everybody saw with what every node says.
func (l *talk) Check() []string {
	var wait sync.WaitGroup
	for _, r := range l.rooms {
		wait.Go(func() { l.check(r) })
	}
	wait.Wait()
	acked, unknown := 0, 0
	for _, r := range l.rooms {
		for _, s := range r.log.all() {
			switch s.Outcome {
			case history.Acked:
				acked++
			case history.Unknown:
				unknown++
			}
		}
	}
	l.w.Logf("talk: %d sends acknowledged, %d without an answer", acked, unknown)
	if acked == 0 {
		l.add("nothing was acknowledged")
	}
	return l.all()
}

func (l *talk) check(r *room) {
	if err := l.settle(r); err != nil {
		l.add("%s: %v", r.name, err)
	}
	h := history.History{Sends: r.log.all()}
	p := r.people[0]
	for node := range l.w.Nodes {
		items, err := p.calls.transcript(l.w.Context(), node, p.connection, 100)
		if err != nil {
			l.add("%s: node %d: %v", r.name, node, err)
			return
		}
		if h.Transcript == nil {
			h.Transcript = items
		}
		h.Views = append(h.Views, history.View{Name: fmt.Sprint("node ", node), Scope: history.Whole, Items: items})
	}
	for _, p := range r.people {
		p.eyes.close()
		h.Views = append(h.Views, p.eyes.views()...)
		for _, bad := range p.eyes.bad {
			l.add("%s: %s", p.name, bad)
		}
	}
	for _, problem := range h.Check() {
		l.add("%s: %s", r.name, problem)
	}
	for _, p := range r.people {
		for text, first := range p.answers {
			p.calls.at.Add(1)
			l.again(p, text, first)
		}
	}
}

// settle sends last messages until one is shown to everybody: then every live
// socket has come to the end.
func (l *talk) settle(r *room) error {
	end := time.Now().Add(patience)
	for n := 0; time.Now().Before(end); n++ {
		p := r.people[n%len(r.people)]
		text := fmt.Sprintf("%s, last message %d", p.name, n)
		answer, err := r.log.send(text, func() (answer []byte, err error) {
			err = p.calls.until(func(ctx context.Context, node int) (err error) {
				answer, err = p.calls.post(ctx, node, p.connection, "message", message(text))
				return err
			})
			return answer, err
		})
		if err != nil {
			return err
		}
		last, err := sent(answer)
		if err != nil {
			return err
		}
		if r.shown(last.ID, 2*time.Second) {
			return nil
		}
	}
	return errors.New("the last message is not shown to everybody")
}

// shown waits until an item is the last that everybody was shown.
func (r *room) shown(id string, within time.Duration) bool {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(within); ; {
		seen := 0
		for _, p := range r.people {
			if p.eyes.last() == id {
				seen++
			}
		}
		if seen == len(r.people) {
			return true
		}
		select {
		case <-end:
			return false
		case <-tick.C:
		}
	}
}
