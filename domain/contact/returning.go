package contact

import (
	"parley/domain/catalog"
	"parley/domain/flow/interp"
	"parley/domain/session"
)

// prefer keeps a contact that enters a queue for the agent who served the customer last, for as long as the queue says
// (Queue.Return). Once an agent has been in the chat, who comes next is for transfers to say. It may return a *interp.Need.
func (w world) prefer(k *session.Contact, q catalog.Queue) error {
	k.Routing.Preferred = ""
	if q.Return <= 0 || k.TargetAgent != "" {
		return nil
	}
	for c := range w.d.s.Contacts() {
		if c.Agent != nil {
			return nil
		}
	}
	user := w.d.s.State.LastAgent
	if user == "" && k.CustomerID != "" {
		var read bool
		if user, read = w.Served[k.CustomerID]; !read {
			return &interp.Need{Kind: interp.NeedServed, Subject: k.CustomerID}
		}
	}
	if user != "" {
		k.Routing.Preferred, k.Routing.PreferredUntil = user, w.d.now.Add(q.Return)
	}
	return nil
}
