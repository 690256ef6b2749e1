package node

import (
	"parley/app/privacy"
	"parley/app/words"
)

// openPrivacy makes what finds words of transcripts, and what deletes what is held about customers.
func (n *Node) openPrivacy() {
	n.words = words.New(n.sessions, n.clock)
	n.privacy = privacy.New(privacy.Options{
		Sessions: n.sessions, Bus: n.bus, Clock: n.clock, Audit: n.audit, Files: n.files, Home: n.home(), End: n.chat.End, Clear: n.router.Clear, Again: words.Key, Enter: n.words.HandleDue, Log: n.log,
	})
}
