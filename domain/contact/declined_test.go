package contact_test

import (
	"testing"
	"time"

	"parley/domain/contact"
	"parley/domain/session"
)

// What becomes of an offer that nobody took is remembered on the contact, for the numbers of agents.
func TestOffersThatCameToNothingAreRemembered(t *testing.T) {
	for want, end := range map[session.Decline]func(*room){
		session.Rejected: func(r *room) { r.must(func(d *contact.Draft) error { return reject(d, ben) }) },
		session.Lost:     func(r *room) { r.must(func(d *contact.Draft) error { return takeback(d, ben) }) },
		session.Missed: func(r *room) {
			r.now = r.now.Add(contact.OfferWithin)
			r.must(miss)
		},
		session.Withdrawn: func(r *room) { r.must((*contact.Draft).Stop) },
	} {
		r := queued(t)
		offered := r.now
		r.must(offer(ben))
		r.now = r.now.Add(time.Second)
		end(r)
		got := r.s.Current().Declined
		if r.s.Current().Offer != nil || len(got) != 1 || got[0] != (session.Declined{UserID: ben, At: offered, Ended: r.now, Why: want}) {
			t.Errorf("%s: offer %v, declined %+v", want, r.s.Current().Offer, got)
		}
	}
}

func TestOnlyTheLatestDeclinedOffersAreKept(t *testing.T) {
	k := session.Contact{}
	for i := range session.MaxDeclined + 3 {
		k.Offer = &session.Offer{UserID: string(rune('a' + i%26)), At: time.Unix(int64(i), 0)}
		before := k.Declined
		k.Decline(session.Missed, time.Unix(int64(i)+1, 0))
		if i > 0 && &before[0] == &k.Declined[0] {
			t.Fatal("a snapshot's offers were written into")
		}
	}
	if n := len(k.Declined); n != session.MaxDeclined || k.Declined[0].At.Unix() != 3 || k.Declined[n-1].At.Unix() != session.MaxDeclined+2 {
		t.Errorf("%d kept, from %v to %v", n, k.Declined[0].At, k.Declined[n-1].At)
	}
}
