package node

import "parley/app/rules"

// openRules makes what keeps rules.
func (n *Node) openRules() {
	o := rules.Options{Resources: n.resources, Home: n.home(), Log: n.log}
	if n.ruleEvents != nil {
		o.Sender = n.ruleEvents
	}
	n.rules = rules.New(o)
}
