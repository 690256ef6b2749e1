package client_test

import (
	"strings"
	"sync"
	"testing"

	"parley/client"
	"parley/client/clienttest"
)

// BenchmarkSendAndReceive sends a message and waits until the sender's own
// socket carries it, with 64 chats at once; the relay's cost is included.
func BenchmarkSendAndReceive(b *testing.B) {
	relay := clienttest.New()
	defer relay.Close()
	c, err := client.New(client.Config{Endpoint: relay.URL, MaxConns: 64})
	if err != nil {
		b.Fatal(err)
	}
	content := strings.Repeat("0123456789", 20)
	var group sync.WaitGroup
	work := make(chan struct{}, 64)
	for range 64 {
		started, err := c.StartChat(b.Context(), client.Start{DisplayName: "Load"})
		if err != nil {
			b.Fatal(err)
		}
		arrived := make(chan struct{}, 10)
		chat, err := c.Join(b.Context(), started.ParticipantToken, client.Events{Item: func(client.Item) { arrived <- struct{}{} }})
		if err != nil {
			b.Fatal(err)
		}
		defer chat.Close()
		<-arrived
		group.Go(func() {
			for range work {
				if _, err := chat.SendMessage(b.Context(), client.Message{ContentType: client.TextPlain, Content: content}); err != nil {
					b.Error(err)
				}
				<-arrived
			}
		})
	}
	b.ReportAllocs()
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	group.Wait()
}
