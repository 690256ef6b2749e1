package node

import (
	"errors"
	"fmt"
	"strings"

	"parley/app/deliver"
	"parley/outbound/sink"
)

// openSinks opens where others are told of chats.
func (c Outbound) openSinks(o sink.Options) (all []deliver.Destination, err error) {
	for _, kind := range []struct {
		flag    string
		what    deliver.What
		targets []string
	}{{"--contact-events", deliver.Events, c.ContactEvents}, {"--contact-records", deliver.Records, c.ContactRecords},
		{"--transcripts", deliver.Transcripts, c.Transcripts}, {"--streaming", deliver.Messages, c.Streaming},
	} {
		known := map[string]bool{}
		for _, text := range kind.targets {
			name, target, ok := strings.Cut(text, "=")
			switch {
			case !ok || !kind.what.Named(name):
				err = errors.New(kind.what.Names())
			case known[name]:
				err = errors.New("the name is there twice")
			default:
				known[name] = true
				var to sink.Sink
				if to, err = openSink(kind.what, target, o); err == nil {
					all = append(all, deliver.Destination{Name: name, What: kind.what, Sink: to})
				}
			}
			if err != nil {
				return all, fmt.Errorf("%s %.32s: %w", kind.flag, name, err)
			}
		}
	}
	return all, nil
}

// openSink opens the sink of a target. What stands behind the ARNs of topics may be SNS itself, sns or sns@URL.
func openSink(what deliver.What, target string, o sink.Options) (sink.Sink, error) {
	if service, url, _ := strings.Cut(target, "@"); what == deliver.Messages && service == "sns" {
		return sink.Topics(url, o)
	}
	return sink.Open(target, o)
}

// openDeliveries makes what tells others of the chats.
func (n *Node) openDeliveries() {
	n.deliver = deliver.New(deliver.Options{
		Sessions: n.sessions, Clock: n.clock, Home: n.home(), Destinations: n.destinations, Audit: n.audit, StrictTokens: n.settings.strictTokens, Log: n.log,
	})
}

// closeSinks closes the sinks; nothing is sent any more.
func (n *Node) closeSinks() (err error) {
	for _, d := range n.destinations {
		err = errors.Join(err, d.Sink.Close())
	}
	return err
}
