package storetest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/clock"
	"parley/store"
)

// BenchmarkAppend measures durable appends of a 200-byte text with a client
// token, by so many senders, each in a session of its own.
func BenchmarkAppend(b *testing.B, s store.Store, senders int) {
	sessions := make([]string, senders)
	for i := range sessions {
		sessions[i] = BenchSession(b, s, i)
	}
	AppendAll(b, s, sessions)
}

// BenchSession makes the i-th session.
func BenchSession(b *testing.B, s store.Store, i int) string {
	b.Helper()
	id := fmt.Sprintf("0198c3c5-92b2-7000-8000-%012x", i)
	_, err := s.Commit(b.Context(), &change.Set{At: clock.Wall(), Session: &change.Session{
		ID: id, Create: true, Next: &session.Session{InstanceID: "i", Status: session.Active},
	}})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// Fill appends so many items to a session.
func Fill(b *testing.B, s store.Store, id string, items int) {
	b.Helper()
	for done := 0; done < items; done += 1000 {
		set := &change.Set{At: clock.Wall(), Session: &change.Session{ID: id, Version: 1}}
		for range min(1000, items-done) {
			set.Items = append(set.Items, benchText())
		}
		if _, err := s.Commit(b.Context(), set); err != nil {
			b.Fatal(err)
		}
	}
}

func benchText() transcript.Item {
	return transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: strings.Repeat("x", 200),
		ContactID: "0198c3c5-92b2-7000-8000-000000000000",
		Author:    transcript.Author{ParticipantID: "0198c3c5-92b2-7000-8000-000000000000", DisplayName: "Customer", Role: transcript.Customer},
	}
}

// AppendAll spreads b.N appends over one sender per entry of sessions.
func AppendAll(b *testing.B, s store.Store, sessions []string) {
	b.Helper()
	tokens := rand.Uint64() // a store may be used again
	var next atomic.Int64
	var senders sync.WaitGroup
	b.ResetTimer()
	for _, id := range sessions {
		senders.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				key := sha256.Sum256(binary.BigEndian.AppendUint64(nil, tokens+uint64(n)))
				_, err := s.Commit(b.Context(), &change.Set{
					At:      clock.Wall(),
					Once:    &change.Once{Scope: id, Key: key},
					Session: &change.Session{ID: id, Version: 1},
					Items:   []transcript.Item{benchText()},
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	senders.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
