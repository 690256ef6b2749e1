package node

import (
	"context"
	"fmt"
	"strings"

	"parley/app/deliver"
	"parley/app/story"
)

// tellings are what sinks were told of the chat of a contact, up to so many things, for its story.
func (n *Node) tellings(ctx context.Context, instance, contact string, most int) (list []story.Telling, more bool, err error) {
	var streams []deliver.Flow
	for after := int64(0); len(list) < most; {
		log, err := n.deliver.OfChat(ctx, instance, contact, after, deliver.MostListed)
		if err != nil {
			return nil, false, err
		}
		for i := range log.Deliveries {
			list = append(list, telling(&log.Deliveries[i]))
		}
		streams = log.Streams
		if after = log.Next; after == 0 {
			break
		}
	}
	for _, f := range streams {
		list = append(list, story.Telling{Sink: f.Sink, What: fmt.Sprintf("item %d of the transcript, and those of stream %s before it", f.Next-1, f.Stream), Delivered: f.At})
	}
	stuck, next, err := n.deliver.Undelivered(ctx, deliver.Search{Instance: instance, Contact: contact, Limit: deliver.MostListed})
	for i := range stuck {
		if d := &stuck[i]; d.Stream != "" {
			one := telling(d)
			one.What = fmt.Sprintf("item %d of the transcript", d.Number)
			list = append(list, one)
		}
	}
	return list, len(list) >= most || next != "", err
}

func telling(d *deliver.Delivery) story.Telling {
	t := story.Telling{
		Sink: d.Sink, Contact: d.Contact, What: d.Type, Delivered: d.Delivered, Tries: d.Tries, GivenUp: d.State == deliver.GivenUp,
	}
	switch d.Type {
	case "CONTACT_RECORD", "TRANSCRIPT":
		t.What = "the " + strings.ToLower(strings.ReplaceAll(d.Type, "_", " "))
	}
	if d.State == deliver.Waiting || d.State == deliver.GivenUp {
		t.Tried, t.Again, t.Error = d.Tried, d.Again, d.Error
	}
	return t
}
