package flowtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/domain/sim"
)

// agentOf is an agent as a script gives it.
type agentOf struct {
	name   string
	queues []string // by name; none = all
	status agent.StatusKind
	chats  int
	auto   bool
	work   time.Duration
	skills map[routing.Skill]float32
}

// chatsAtOnce is how many chats an agent takes where the script says nothing (our choice, and that of a new instance's
// routing profile: one with the customer, and one in after-contact work).
const chatsAtOnce = 2

// givenAgent reads "queue NAME", "away", "offline", "takes N chats", "accepts by itself", "works DURATION after" and
// "knows NAME VALUE LEVEL", comma separated.
func givenAgent(a args) (func(*setup) error, error) {
	one := agentOf{name: a.names[0], status: agent.Routable, chats: chatsAtOnce, skills: map[routing.Skill]float32{}}
	for part := range strings.SplitSeq(a.value, ",") {
		if err := one.understand(strings.TrimSpace(part)); err != nil {
			return nil, err
		}
	}
	return func(s *setup) error {
		s.agents = slices.DeleteFunc(s.agents, func(o agentOf) bool { return o.name == one.name })
		s.agents = append(s.agents, one)
		return nil
	}, nil
}

func (o *agentOf) understand(part string) error {
	verb, rest, _ := strings.Cut(part, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case part == "":
	case verb == "queue" && rest != "":
		o.queues = append(o.queues, rest)
	case part == "away":
		o.status = agent.Custom
	case part == "offline":
		o.status = agent.Offline
	case part == "accepts by itself":
		o.auto = true
	case verb == "takes":
		n, err := number(strings.TrimSuffix(strings.TrimSuffix(rest, "s"), " chat"))
		if err != nil || n < 1 || n > 10 {
			return fmt.Errorf("%q: an agent takes 1 to 10 chats", part)
		}
		o.chats = int(n)
	case verb == "works" && strings.HasSuffix(rest, " after"):
		d, err := duration(strings.TrimSuffix(rest, " after"))
		o.work = d
		return err
	case verb == "knows":
		return o.learn(part, strings.Fields(rest))
	default:
		return fmt.Errorf("%q says nothing about an agent; there is: queue NAME, away, offline, takes NUMBER chats, accepts by itself, works DURATION after, knows ATTRIBUTE VALUE LEVEL", part)
	}
	return nil
}

func (o *agentOf) learn(part string, words []string) error {
	if len(words) == 3 {
		if level, err := strconv.ParseFloat(words[2], 32); err == nil && level >= 1 && level <= 5 {
			o.skills[routing.Skill{Name: words[0], Value: words[1]}] = float32(level)
			return nil
		}
	}
	return fmt.Errorf("%q: a proficiency is written as in “knows Language German 4”, with a level from 1 to 5", part)
}

// byHandName is the agent of a script that gives none.
const byHandName = "Agent"

// addAgents makes the agents of the script. Without any there is one, who is not at work until the script has it do something.
func (w *World) addAgents(given *setup) error {
	all := given.agents
	if len(all) == 0 {
		w.byHand = true
		all = []agentOf{{name: byHandName, status: agent.Offline, chats: 10}}
	}
	for _, one := range all {
		queues, err := w.profile(one)
		if err != nil {
			return err
		}
		first, last, _ := strings.Cut(one.name, " ")
		w.staff = append(w.staff, sim.Agent{
			UserID: userID(one.name), Name: first,
			Names:     session.AgentNames{UserName: one.name, FirstName: first, LastName: last},
			Profile:   agent.Profile{Concurrency: one.chats, Queues: queues, Proficiencies: one.skills},
			WorkLimit: one.work, AutoAccept: one.auto, Status: one.status,
		})
	}
	return nil
}

// profile lists the queues that an agent serves, under every id that they have.
func (w *World) profile(one agentOf) (list []routing.ProfileQueue, err error) {
	all := w.instance.Config.Queues
	known := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		name := all[id].Name
		known[name] = true
		if len(one.queues) == 0 || slices.Contains(one.queues, name) {
			list = append(list, routing.ProfileQueue{Queue: id, Priority: 1})
		}
	}
	for _, name := range one.queues {
		if !known[name] {
			return nil, fmt.Errorf("agent %q serves the queue %q, and there is none (where no flow names it, write “given queue %s”)%s", one.name, name, quote(name),
				meant(name, slices.Collect(maps.Keys(known))))
		}
	}
	return list, nil
}

// withAgents is what a flow runs, with the agents that it names by the ids that they have here: by what the script declared, by the
// name that the console noted, or by a name in the flow.
func (w *World) withAgents(f *Flow, given *setup) (*flow.Document, error) {
	if !slices.ContainsFunc(f.refs, func(r flow.Reference) bool { return r.Kind == flow.AgentRef }) {
		return f.runs, nil
	}
	return flow.Rewrite(f.runs, func(r flow.Reference) (string, bool) {
		if r.Kind != flow.AgentRef {
			return "", false
		}
		for _, name := range []string{given.ids[r.Value].name, given.ids[tail(r.Value)].name, r.Name, r.Value} {
			if slices.ContainsFunc(given.agents, func(o agentOf) bool { return o.name == name }) {
				return userID(name), true
			}
		}
		return "", false
	})
}

// userID is the id of the agent of that name.
func userID(name string) string { return idOf("agent", name) }

// name is that of an agent.
func (w *World) name(user string) string { return w.member(user).Names.UserName }

func (w *World) names(users []string) string {
	var all []string
	for _, user := range users {
		all = append(all, w.name(user))
	}
	return strings.Join(all, ", ")
}

// everybody lists the users who are agents.
func (w *World) everybody() (users []string) {
	for i := range w.staff {
		users = append(users, w.staff[i].UserID)
	}
	return users
}

// member finds an agent by its user.
func (w *World) member(user string) *sim.Agent {
	i := slices.IndexFunc(w.staff, func(a sim.Agent) bool { return a.UserID == user })
	if i < 0 {
		return &sim.Agent{Names: session.AgentNames{UserName: user}}
	}
	return &w.staff[i]
}

// serves reports whether an agent serves a queue, its own one too.
func (w *World) serves(user, queue string) bool {
	return user == queue || slices.ContainsFunc(w.member(user).Profile.Queues, func(q routing.ProfileQueue) bool { return q.Queue == queue })
}

func (w *World) chats(user string) int { return w.member(user).Profile.Concurrency }

// user finds an agent by its name.
func (w *World) user(name string) (string, error) {
	var names []string
	for i := range w.staff {
		if w.staff[i].Names.UserName == name {
			return w.staff[i].UserID, nil
		}
		names = append(names, w.staff[i].Names.UserName)
	}
	if w.byHand {
		return "", fmt.Errorf("there is no agent %q: write “given agent %s: queue NAME” above the conversation's first step", name, quote(name))
	}
	return "", fmt.Errorf("there is no agent %q%s", name, meant(name, names))
}

// meant names what was most likely meant.
func meant(name string, names []string) string {
	slices.Sort(names)
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return "; there is: " + strings.Join(names, ", ")
}

func quote(name string) string {
	if strings.ContainsAny(name, " :") {
		return `"` + name + `"`
	}
	return name
}

// addTransfers makes the flows that take a chat to where an agent sends it: those of that name, else what a new instance has.
func (w *World) addTransfers() {
	cfg := &w.instance.Config
	for t, name := range map[flow.Type]string{flow.QueueTransfer: "Default queue transfer", flow.AgentTransfer: "Default agent transfer"} {
		for id, f := range cfg.Flows {
			if f.Type == t && f.Name == name {
				w.transfer[t] = id
			}
		}
		if w.transfer[t] != "" {
			continue
		}
		f := &Flow{Path: "placeholder/" + name, Name: name, Type: t, Doc: defaultTransfer()}
		ref := flowRef(f, idOf("flow", f.Path), "")
		cfg.Documents[f.Path], cfg.Flows[ref.ID], w.transfer[t] = f.Doc, ref, ref.ID
	}
}

// defaultTransfer is what the default transfer flows of a new instance do (app/admin/seed).
func defaultTransfer() *flow.Document {
	return madeUp(`{"Version":"2019-10-30","StartAction":"queue","Actions":[
		{"Identifier":"queue","Type":"TransferContactToQueue","Parameters":{},"Transitions":{"NextAction":"bye","Errors":[
			{"NextAction":"bye","ErrorType":"QueueAtCapacity"},{"NextAction":"bye","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"bye","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`)
}

// target is where an agent sends a chat: a queue or an agent of that name, by a flow, "" for the default one.
func (w *World) target(name, by string) (contact.Target, error) {
	to := contact.Target{Name: name}
	kind := flow.QueueTransfer
	if to.QueueID = w.queueID(name); to.QueueID == "" {
		user, err := w.user(name)
		if err != nil {
			return to, fmt.Errorf("there is no queue and no agent %q%s", name, meant(name, w.places()))
		}
		to.UserID, kind = user, flow.AgentTransfer
	}
	if to.FlowID = w.transfer[kind]; by == "" {
		return to, nil
	}
	f, err := w.scope.named(by, false)
	switch {
	case err != nil:
		return to, fmt.Errorf("there is no flow %q in %s%s", by, w.scope.Root, w.scope.broken(by))
	case f.Type != kind:
		return to, fmt.Errorf("flow %q is of type %s, and one of type %s takes a chat there", by, cmp.Or(f.Type, flow.ContactFlow), kind)
	}
	to.FlowID = idOf("flow", f.Path)
	return to, nil
}

// queueID is the id of a queue of that name, "" if there is none. One that has several is meant by its name first.
func (w *World) queueID(name string) string {
	all := w.instance.Config.Queues
	if all[name].Name == name {
		return name
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if all[id].Name == name {
			return id
		}
	}
	return ""
}

// places are the names of all queues and agents.
func (w *World) places() []string {
	var names []string
	for _, q := range sorted(w.instance.Config.Queues) {
		names = append(names, q.Name)
	}
	for i := range w.staff {
		names = append(names, w.staff[i].Names.UserName)
	}
	return slices.Compact(names)
}

func sorted(queues map[string]catalog.Queue) []catalog.Queue {
	return slices.SortedFunc(maps.Values(queues), func(a, b catalog.Queue) int { return cmp.Compare(a.Name, b.Name) })
}
