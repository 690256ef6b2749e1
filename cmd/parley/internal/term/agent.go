package term

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/client"
)

const agentHelp = `  text             says it in the chat that is chosen
  /accept [N]      takes an offer; /reject [N] refuses it
  /chat N          chooses the chat that you type in
  /end [N]         leaves the chat; /done [N] ends the work after it
  /guide ACTION    answers the guide of the chat, JSON behind it is what you fill in; alone it lists the actions
  /transfer NAME   sends the chat on to a quick connect; /invite NAME asks it in
  /status [NAME]   shows or changes your status
  /quit            signs out`

// AgentOptions say who works, and where.
type AgentOptions struct {
	ReadyFile string        // of the server; fills in what is empty below
	Server    client.Config // of a server without a ready file
	User      string
	Password  string
	Code      string // of two-factor sign-in
}

// lookEvery is how often an agent asks what is new (our choice).
const lookEvery = 300 * time.Millisecond

// RunAgent signs in as an agent and goes on until the input ends, the agent quits or ctx is cancelled. It fails
// if the agent cannot sign in.
func RunAgent(ctx context.Context, o AgentOptions, in io.Reader, out io.Writer) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	c, err := client.New(o.Server)
	if err != nil {
		return err
	}
	defer c.Close()
	d, err := newDesk(ctx, o.Server, o.User, o.Password, o.Code)
	if err != nil {
		return err
	}
	a := &agentDesk{desk: d, client: c, screen: &screen{out: out, ansi: isTerminal(out), self: !isTerminal(in)}, slots: map[string]*slot{}}
	defer a.screen.close()
	defer a.leave(ctx)
	if err := a.available(ctx); err != nil {
		return err
	}
	return a.work(ctx, lines(in))
}

func (o AgentOptions) complete() (AgentOptions, error) {
	if o.Server.Endpoint == "" {
		ready, err := readReady(o.ReadyFile)
		if err != nil {
			return o, err
		}
		o.Server = ready.Config()
		if o.User == "" && len(ready.Agents) > 0 {
			o.User, o.Password = ready.Agents[0].Username, ready.Agents[0].Password
		}
	}
	if o.User == "" || o.Password == "" {
		return o, fmt.Errorf("who are you? Give --user, and the password in PARLEY_PASSWORD")
	}
	return o, nil
}

// slot is one contact of the agent, under the number by which it is called.
type slot struct {
	held
	number int
	said   string // the state that was told last
	chat   *client.Chat
	guide  *client.Chat // in which a flow guides the agent, nil for none
	guided string       // the contact of it
	view   *shownView   // that it has shown last
}

type agentDesk struct {
	*desk
	client *client.Client
	screen *screen
	slots  map[string]*slot // by contact
	count  int
	chosen *slot // that typed text goes to
	lost   bool
}

// available takes the first routable status.
func (a *agentDesk) available(ctx context.Context) error {
	s, err := a.state(ctx)
	if err != nil {
		return err
	}
	for _, one := range s.Statuses {
		if one.Type == "ROUTABLE" {
			a.screen.note("Signed in; your status is %s. /help lists the commands.", one.Name)
			return a.setStatus(ctx, one.ID)
		}
	}
	a.screen.note("Signed in; your status is %s, and no routable one exists. /help lists the commands.", s.Status.Name)
	return nil
}

// leave signs out, and lets the server know where there is one.
func (a *agentDesk) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
	defer cancel()
	for _, s := range a.slots {
		s.closeGuide()
		if s.chat != nil {
			s.chat.Close()
		}
	}
	if err := a.desk.leave(ctx); err != nil {
		a.screen.note("Not signed out: %v", err)
	}
}

// work looks for what is new and does what is typed.
func (a *agentDesk) work(ctx context.Context, typed <-chan string) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := a.look(ctx); err != nil {
				return err
			}
		case line, more := <-typed:
			if !more || strings.TrimSpace(line) == "/quit" {
				return nil
			}
			if err := a.obey(ctx, strings.TrimSpace(line)); err != nil {
				a.screen.note("Not done: %v", err)
			}
		}
	}
}

// look tells what is new. A server that does not answer is asked again; one that refuses ends the work.
func (a *agentDesk) look(ctx context.Context) error {
	state, err := a.state(ctx)
	switch {
	case refused(err):
		return fmt.Errorf("the server has signed you out: %w", err)
	case err != nil && !a.lost:
		a.lost = true
		a.screen.note("The server does not answer; asking again …")
	}
	if err != nil {
		return nil //nolint:nilerr // it is told, and asked again
	}
	if a.lost {
		a.lost = false
		a.screen.note("The server answers again.")
	}
	seen := map[string]bool{}
	for _, h := range state.Contacts {
		seen[h.ID] = true
		a.tell(ctx, h)
	}
	for id, s := range a.slots {
		if !seen[id] {
			a.forget(s)
		}
	}
	return nil
}

// tell says what is new of a contact.
func (a *agentDesk) tell(ctx context.Context, h held) {
	s := a.slots[h.ID]
	if s == nil {
		a.count++
		s = &slot{number: a.count}
		a.slots[h.ID] = s
	}
	s.held = h
	if s.State == "CONNECTED" && s.chat == nil {
		a.join(ctx, s)
	}
	a.guide(ctx, s)
	if s.said == s.State {
		return
	}
	s.said = s.State
	switch s.State {
	case "CONNECTING":
		a.screen.note("[%d] %s waits%s: /accept %d or /reject %d", s.number, s.Customer, s.from(), s.number, s.number)
	case "CONNECTED":
		a.chosen = s
		a.screen.note("[%d] You talk to %s; what you type goes there.", s.number, s.Customer)
	case "ENDED":
		a.screen.note("[%d] The chat with %s is over for you: /done %d when your work after it is done.", s.number, s.Customer, s.number)
	default:
		a.screen.note("[%d] You missed %s; nothing more is offered until /done %d.", s.number, s.Customer, s.number)
	}
}

func (h held) from() string {
	if h.Queue == nil || h.Queue.Name == "" {
		return ""
	}
	if h.Queue.Own {
		return " for " + h.Queue.Name
	}
	return " in " + h.Queue.Name
}

// forget drops a contact that is no longer the agent's.
func (a *agentDesk) forget(s *slot) {
	s.closeGuide()
	if s.chat != nil {
		s.chat.Close()
	}
	if s.said == "CONNECTING" {
		a.screen.note("[%d] The offer is gone.", s.number)
	}
	if a.chosen == s {
		a.chosen = nil
	}
	delete(a.slots, s.ID)
}

// join takes part in a chat; if that fails the next look tries again.
func (a *agentDesk) join(ctx context.Context, s *slot) {
	token, me, err := a.token(ctx, s.ID)
	if err == nil {
		number := s.number
		came := arrival{show: func(item client.Item) { a.show(number, me, item) }}
		if s.chat, err = a.client.Join(ctx, token, client.Events{Item: came.hear}); err == nil {
			came.tell(a.before(ctx, s.chat, me), func() { a.screen.note("[%d] Before you came:", number) })
		}
	}
	if err != nil && refused(err) {
		a.screen.note("[%d] The chat could not be joined: %v", s.number, err)
	}
}

// mostBefore is of how many of the latest items an agent who comes is shown what was said (our choice).
const mostBefore = 30

// before is what was said before the agent came; a page that cannot be read is left out.
func (a *agentDesk) before(ctx context.Context, chat *client.Chat, me string) []client.Item {
	page, err := chat.Transcript(ctx, client.Query{Ascending: true, MaxResults: mostBefore})
	if err != nil {
		return nil
	}
	came := slices.IndexFunc(page.Items, func(i client.Item) bool { return i.Type == "EVENT" && i.ParticipantID == me })
	return slices.DeleteFunc(page.Items[:max(0, came)], func(i client.Item) bool { return i.Type == "EVENT" })
}

// arrival shows what was said before an agent came, and then what comes on the socket, which may begin with some of it.
type arrival struct {
	show func(client.Item)

	mu    sync.Mutex
	told  bool
	shown map[string]bool // ids of what was said before
	held  []client.Item   // what came until it was told
}

func (a *arrival) hear(item client.Item) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case !a.told:
		a.held = append(a.held, item)
	case !a.shown[item.ID]:
		a.show(item)
	}
}

func (a *arrival) tell(before []client.Item, begin func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(before) > 0 {
		begin()
	}
	a.told, a.shown = true, map[string]bool{}
	for _, item := range before {
		a.shown[item.ID] = true
		a.show(item)
	}
	for _, item := range a.held {
		if !a.shown[item.ID] {
			a.show(item)
		}
	}
	a.held = nil
}

// show prints what customers, bots and other agents say; what the agent itself says only where nobody saw it typed.
func (a *agentDesk) show(number int, me string, item client.Item) {
	name, own := a.screen.name(item), item.ParticipantID != "" && item.ParticipantID == me
	if own {
		name = "You"
	}
	if own && item.Type == "MESSAGE" && !a.screen.self {
		return
	}
	who := fmt.Sprintf("[%d] ", number) + name
	a.screen.mu.Lock()
	defer a.screen.mu.Unlock()
	switch {
	case item.ContentType == client.Typing:
	case item.Type == "EVENT" && item.ContentType != client.ChatEnded:
		a.screen.print(true, clock(item)+eventText(item, who))
	case item.Type == "MESSAGE" || item.Type == "ATTACHMENT":
		a.screen.print(false, clock(item)+who+": "+indented(content(item)))
	}
}

// obey does what a line says.
func (a *agentDesk) obey(ctx context.Context, line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch verb {
	case "":
		return nil
	case "/help":
		a.screen.note("%s", agentHelp)
		return nil
	case "/status":
		return a.status(ctx, rest)
	case "/chat":
		return a.on(rest, "CONNECTED", func(s *slot) error {
			a.chosen = s
			a.screen.note("[%d] What you type goes to %s.", s.number, s.Customer)
			return nil
		})
	case "/accept", "/reject":
		return a.on(rest, "CONNECTING", func(s *slot) error { return a.contact(ctx, s.ID, verb[1:]) })
	case "/end":
		return a.on(rest, "CONNECTED", func(s *slot) error { return a.contact(ctx, s.ID, "end") })
	case "/done":
		return a.on(rest, "ENDED MISSED ERROR", func(s *slot) error {
			err := a.contact(ctx, s.ID, "clear")
			if err == nil {
				a.screen.note("[%d] Done.", s.number)
			}
			return err
		})
	case "/guide":
		return a.on("", "CONNECTED ENDED", func(s *slot) error { return s.answer(ctx, rest) })
	case "/transfer", "/invite":
		return a.on("", "CONNECTED", func(s *slot) error { return a.send(ctx, s.ID, verb[1:], rest) })
	}
	if strings.HasPrefix(verb, "/") {
		return errRefused{"there is no command " + verb + "; /help lists them"}
	}
	return a.on("", "CONNECTED", func(s *slot) error { return s.say(ctx, line) })
}

// on does something with the contact of that number; without one with the chosen one, or the only one in such a state.
func (a *agentDesk) on(number, states string, do func(*slot) error) error {
	var fit []*slot
	for _, s := range a.slots {
		if strings.Contains(states, s.State) && (number == "" || strconv.Itoa(s.number) == number) {
			fit = append(fit, s)
		}
	}
	switch {
	case len(fit) == 1:
		return do(fit[0])
	case len(fit) == 0:
		return errRefused{"there is no such contact"}
	case a.chosen != nil && strings.Contains(states, a.chosen.State):
		return do(a.chosen)
	}
	return errRefused{"there are several: give the number"}
}

// say sends a text until the server has kept or refused it.
func (s *slot) say(ctx context.Context, text string) error {
	if s.chat == nil {
		return errRefused{"the chat is being joined; try again"}
	}
	message := client.Message{ContentType: client.TextPlain, Content: text, ClientToken: client.NewToken()}
	return client.Retry(ctx, func() error {
		_, err := s.chat.SendMessage(ctx, message)
		return err
	})
}

// status shows the agent's status, or changes it to the one of that name.
func (a *agentDesk) status(ctx context.Context, name string) error {
	state, err := a.state(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, one := range state.Statuses {
		names = append(names, one.Name)
		if strings.EqualFold(one.Name, name) {
			err := a.setStatus(ctx, one.ID)
			if err == nil {
				a.screen.note("You chose %s.", one.Name)
			}
			return err
		}
	}
	if name != "" {
		return errRefused{fmt.Sprintf("there is no status %q; there are: %s", name, strings.Join(names, ", "))}
	}
	next := ""
	if state.Next != nil {
		next = ", then " + state.Next.Name
	}
	a.screen.note("Your status is %s%s. There are: %s.", state.Status.Name, next, strings.Join(names, ", "))
	return nil
}
