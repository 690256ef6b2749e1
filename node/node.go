package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"parley/app/account"
	"parley/app/admin"
	"parley/app/alert"
	"parley/app/attach"
	"parley/app/auth"
	"parley/app/chat"
	"parley/app/deliver"
	"parley/app/due"
	"parley/app/flowrun"
	"parley/app/follow"
	"parley/app/history"
	"parley/app/people"
	"parley/app/presence"
	"parley/app/privacy"
	"parley/app/process"
	"parley/app/push"
	"parley/app/router"
	"parley/app/rules"
	"parley/app/story"
	widgets "parley/app/widget"
	"parley/app/words"
	"parley/blob"
	"parley/bus"
	"parley/domain/attachment"
	"parley/domain/change"
	"parley/domain/contact"
	lost "parley/domain/presence"
	pushing "parley/domain/push"
	"parley/domain/rule"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/loop"
	"parley/internal/recent"
	"parley/internal/seal"
	"parley/internal/token"
	"parley/node/datadir"
	"parley/outbound"
	"parley/outbound/egress"
	"parley/outbound/hook"
	"parley/outbound/jwks"
	"parley/outbound/oidc"
	"parley/outbound/scan"
	"parley/outbound/webpush"
	"parley/server/gateway"
	"parley/server/participant"
	"parley/server/workspace"
	"parley/store"
	"parley/work"
	"parley/work/audit"
	"parley/work/resource"
)

// Alias is the alias of the instance of a first start.
const Alias = "parley"

// Node is a running server.
type Node struct {
	cfg      Config
	limits   limits
	settings settings
	log      *slog.Logger
	ready    Ready

	lock         *os.File
	listener     net.Listener
	certificate  *certificate // nil without TLS
	proxies      proxies
	store        store.Store
	bus          bus.Bus
	clock        *clock.Clock
	madeKey      bool // the master key was made by this start
	tokens       *token.Keyring
	keys         *auth.Keys
	history      *history.Service
	sealer       *seal.Sealer
	resealing    bool // there are other master keys, with which something may be sealed
	rotating     bool // the master key is the next one of the data directory
	audit        *audit.Log
	accounts     *account.Service
	workspace    *workspace.Server
	provider     *oidc.Provider // nil without one
	customers    *oidc.Customers
	egress       *egress.Client
	policy       egress.Policy
	rates        *auth.Rates
	resources    *resource.Store
	people       *people.Service
	widgets      *widgets.Service
	admin        *admin.Service
	sessions     *work.Sessions
	chat         *chat.Service
	due          *due.Runner
	outbound     *outbound.Services
	scanner      scan.Scanner // nil without one
	files        *attach.Service
	flows        *flowrun.Runner
	process      *process.Runner
	presence     *presence.Service
	push         *push.Service
	router       *router.Router
	rules        *rules.Service
	alerts       *alert.Service
	ruleEvents   *hook.Hook // nil without one
	destinations []deliver.Destination
	deliver      *deliver.Service
	words        *words.Service
	privacy      *privacy.Service
	flowLog      *flowLog // nil without one
	recent       *recent.Log
	stories      *story.Service
	keySets      *jwks.Keys
	hub          *follow.Hub
	gateway      *gateway.Gateway
	health       health
	seen         observation
	stopping     atomic.Bool // /readyz says so, and answers say that their connections close
	leaving      atomic.Bool // no new connections

	http  *http.Server
	debug *http.Server
	stop  context.CancelFunc // ends the background work
	work  sync.WaitGroup
	fatal chan error
}

// Start starts a server and returns when it serves.
func Start(ctx context.Context, cfg Config) (_ *Node, err error) {
	n := &Node{cfg: cfg.withDefaults(), clock: &clock.Clock{}, push: &push.Service{}, fatal: make(chan error, 1)}
	if err := n.configure(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			n.abort()
		}
	}()
	if n.lock, err = datadir.Lock(n.cfg.Data); err != nil {
		return nil, err
	}
	n.cfg.removeReady()
	if n.listener, err = n.cfg.listen(); err != nil {
		return nil, err
	}
	if err := n.assemble(ctx); err != nil {
		return nil, err
	}
	if err := n.serve(); err != nil {
		return nil, err
	}
	return n, n.announce()
}

// abort takes back what a start that failed has begun.
func (n *Node) abort() {
	if n.stop != nil { // it served already
		n.cfg.removeReady()
		_ = n.http.Close()
		n.closeDebug()
		n.stop()
		n.work.Wait()
	}
	n.release()
}

func (n *Node) configure() (err error) {
	if err := n.cfg.check(); err != nil {
		return err
	}
	if n.limits, err = n.cfg.limits(); err != nil {
		return err
	}
	if n.settings, err = n.cfg.settings(n.limits.active); err != nil {
		return err
	}
	if n.proxies, err = n.cfg.proxies(); err != nil {
		return err
	}
	if n.log, err = n.cfg.logger(); err != nil {
		return err
	}
	if err := n.observe(); err != nil {
		return err
	}
	return n.openOutbound()
}

// assemble opens the store and wires everything that works on it.
func (n *Node) assemble(ctx context.Context) (err error) {
	db, err := n.openStore(ctx)
	if err != nil {
		return err
	}
	n.store = n.observed(db)
	if n.bus, err = n.openBus(); err != nil {
		return err
	}
	if err := n.restoreClock(ctx); err != nil {
		return err
	}
	if err := n.openKeys(ctx); err != nil {
		return err
	}
	n.resources = &resource.Store{Rows: n.audit.Audited(), Bus: n.bus, Clock: n.clock}
	n.people = people.New(n.resources)
	n.openRules()
	n.admin, err = admin.New(admin.Options{
		Resources: n.resources, Settings: n.settings.Settings, Quotas: n.limits.things, Home: n.home(), Also: n.people.Seed,
	})
	if err != nil {
		return err
	}
	n.widgets = widgets.New(n.resources, n.sealer, n.keySets, n.admin.FlowConfig)
	if err := n.openFlowLog(); err != nil {
		return err
	}
	blobs, err := n.openBlobs(ctx)
	if err != nil {
		return err
	}
	n.openAccounts()
	n.wireChats(blobs)
	if err := n.seed(ctx); err != nil {
		return err
	}
	if err := n.firstAccounts(ctx, false); err != nil {
		return err
	}
	return n.reseal(ctx)
}

func (n *Node) home() arn.Home { return arn.Home{Region: n.cfg.Region, Account: n.cfg.AccountID} }

// openKeys opens the master key, and with it the keys that it seals.
func (n *Node) openKeys(ctx context.Context) error {
	err := n.openSealer()
	if err != nil {
		return err
	}
	if n.tokens, err = auth.Keyring(ctx, n.store, n.sealer, n.clock); err != nil {
		return n.wrongKey(err)
	}
	if n.audit, err = audit.Open(ctx, n.store, n.sealer, n.clock); err != nil {
		return err
	}
	key, err := auth.PushKey(ctx, n.store, n.sealer, n.clock)
	if err != nil {
		return n.wrongKey(err)
	}
	if n.push.Sender, err = webpush.New(n.egress, n.policy, key, n.cfg.Outbound.PushContact); err != nil {
		return err
	}
	n.keys = auth.NewKeys(n.audit.Audited(), n.sealer, n.clock)
	n.keys.Share(n.bus)
	n.rates = auth.NewRates(n.clock, n.limits.rate)
	n.ready.AccessKeyID, n.ready.SecretAccessKey, err = n.keys.First(ctx, n.cfg.AccessKeyID, n.cfg.SecretAccessKey)
	return err
}

func (n *Node) wireChats(blobs blob.Store) {
	n.sessions = work.NewSessions(n.store, n.bus, func() { n.due.Wake() })
	n.sessions.Tracer = n.seen.tracer
	n.presence = presence.New(presence.Options{Sessions: n.sessions, Clock: n.clock, Log: n.log, Patience: n.settings.away})
	n.chat = chat.New(chat.Options{
		Sessions: n.sessions, Clock: n.clock, Tokens: n.tokens, Directory: n.admin, Text: n.settings.Text, StrictTokens: n.settings.strictTokens,
		Processors: n.outbound, SignIns: signIns{n.customers}, Sockets: n.presence,
	})
	n.history = history.New(n.store, n.tokens, n.clock)
	n.process = process.New(n.sessions, n.admin, n.outbound, n.clock, n.log)
	n.wireFiles(blobs)
	n.flows = flowrun.New(n.sessions, n.admin, n.clock, n.log)
	n.flows.Tracer, n.flows.Caller, n.flows.Log = n.seen.tracer, n.outbound, n.flowLog.writer()
	n.flows.Pools = n.customers.Pools()
	n.router = router.New(router.Options{
		Sessions: n.sessions, Bus: n.bus, Clock: n.clock, People: workers{n.people, n.resources}, Tokens: n.tokens, Config: n.admin.FlowConfig, Log: n.log,
		Loss: n.loss, Supervises: n.supervises,
	})
	n.sessions.Written, n.people.Retire = n.router.Written, n.retire
	n.accounts.Depart, n.accounts.Unwatch = n.router.Dismiss, n.router.Unwatch
	n.flows.Agents = crew{n.router, n.people}
	n.openRecent()
	n.rules.Watch(n.sessions)
	n.sessions.Before = append(n.sessions.Before, func(_ context.Context, before *session.Session, set *change.Set) { pushing.Before(before, set) })
	n.push.Sessions, n.push.Clock, n.push.Log = n.sessions, n.clock, n.log
	n.openDeliveries()
	n.openPrivacy()
	n.openAlerts()
	n.due = due.New(n.store, n.clock, map[string]due.Handler{
		contact.DueConnect: n.chat.HandleDue,
		contact.DueExpiry:  n.chat.HandleDue,
		contact.DueTimer:   n.chat.HandleTimer,
		contact.DueForget:  n.chat.HandleDue,
		lost.DueLost:       n.presence.HandleLost,
		pushing.Due:        n.push.Handle,
		lost.DueGone:       n.presence.HandleGone,
		contact.DueFlow:    n.flows.HandleDue,
		contact.DueProcess: n.process.HandleDue,
		attachment.DueFile: n.files.HandleDue,
		attachment.DueScan: n.files.HandleDue,
		contact.DueOffer:   n.router.HandleDue,
		contact.DueWork:    n.router.HandleDue,
		contact.DueGuide:   n.router.HandleGuide,
		router.DueAgent:    n.router.HandleDue,
		account.DueEnd:     n.accounts.HandleDue,
		account.DueGuess:   n.accounts.HandleGuess,
		rule.DueLive:       n.rules.HandleDue,
		rule.DuePost:       n.rules.HandleDue,
		rule.DueEvent:      n.rules.HandleDue,
		alert.DueEvent:     n.alerts.HandleDue,
		deliver.DueDeliver: n.deliver.HandleDue,
		deliver.DueForget:  n.deliver.HandleDue,
		deliver.DueAgain:   n.deliver.HandleJob,
		words.Due:          n.words.HandleDue,
		privacy.DueErase:   n.privacy.HandleDue,
		privacy.DueRetain:  n.privacy.HandleDue,
	}, n.log)
	n.due.Tracer, n.due.Aside = n.seen.tracer, map[string]bool{words.Due: true}
	n.hub = follow.New(followed{n.store, n.sessions}, n.bus, follow.Options{Encode: gateway.Encode, Now: n.clock.Now, Settle: n.cfg.settle()})
	n.gateway = gateway.New(gateway.Options{
		Tickets: sockets{n.chat}, Subscriber: sockets{n.chat}, Follower: n.hub, Queues: standings{n.sessions, n.router}, Healthy: n.health.ok, Origins: n.cfg.Origins, Watch: socketWatch{n}, Panicked: n.panicked,
		PerIP: n.limits.perAddress, ClientIP: n.proxies.caller, DrainSpread: drainSpread,
	})
}

// panicked logs a panic that ended one socket.
func (n *Node) panicked(value any, stack []byte) {
	n.log.Error("panic on a socket", slog.Any("panic", value), slog.String("stack", string(stack)))
}

func (n *Node) seed(ctx context.Context) error {
	instance, flow, err := n.admin.Seed(ctx, n.cfg.InstanceID, Alias)
	if err != nil {
		return fmt.Errorf("make the first instance: %w", err)
	}
	n.ready.InstanceID, n.ready.InstanceARN = instance.ID, n.home().InstanceARN(instance.ID)
	n.ready.ContactFlowID = flow
	return n.ensureDemo(ctx)
}

// serve starts the background work and the HTTP server.
func (n *Node) serve() error {
	listener, err := n.secured()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	n.seen.export()
	for _, run := range []func(context.Context){
		n.due.Run, n.flows.Run, n.process.Run, n.files.Run, n.presence.Run, n.router.Run, n.hub.Run, n.gateway.Run, n.purge, n.forget, n.accounts.Run, n.alerts.Run,
		func(ctx context.Context) { n.health.run(ctx, n.store, n.storeFailed) },
	} {
		n.work.Go(func() { run(ctx) })
	}
	if n.certificate != nil {
		n.work.Go(func() { n.certificate.run(ctx) })
	}
	n.http = n.httpServer(n.localURL())
	n.work.Go(func() {
		if err := n.http.Serve(listener); !n.leaving.Load() && !errors.Is(err, http.ErrServerClosed) {
			n.fail(fmt.Errorf("serve: %w", err))
		}
	})
	return n.serveDebug()
}

// secured is the listener, with TLS if there is a certificate.
func (n *Node) secured() (_ net.Listener, err error) {
	if n.certificate, err = n.cfg.openCertificate(n.log); n.certificate == nil {
		return n.listener, err
	}
	return n.certificate.wrap(n.listener), nil
}

// localURL is the address that the server itself listens on.
func (n *Node) localURL() string {
	scheme := "http"
	if n.cfg.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + reachable(n.listener.Addr())
}

func (n *Node) announce() error {
	n.ready.URL, n.ready.PublicURL = n.localURL(), n.cfg.PublicURL
	if n.ready.PublicURL == "" {
		n.ready.PublicURL = n.ready.URL
	}
	n.ready.Version, n.ready.PID = n.cfg.Version, os.Getpid()
	n.ready.Region, n.ready.AccountID = n.cfg.Region, n.cfg.AccountID
	n.report()
	for _, path := range n.cfg.readyFiles() {
		if err := n.ready.write(path); err != nil {
			return err
		}
	}
	return nil
}

// report logs what an operator should know from the start.
func (n *Node) report() {
	if most, err := openFiles(); err == nil {
		n.log.Info("serving", slog.String("at", n.ready.PublicURL), slog.Uint64("open_files_at_most", most))
	}
	if n.cfg.shared() && n.cfg.alone() {
		n.log.Warn("several servers on one database need --bus as well: without it each hears of what the others did only every two seconds; for a single server this is right")
	}
	if n.cfg.shared() && n.cfg.Attachments.Place == "" {
		n.log.Warn("files cannot be attached to chats: several servers on one database need --attachments with a bucket (s3://…) or a directory that they share; --attachments disk is right for a single server, off says that it is meant so")
	}
	known := n.cfg.PublicURL != "" || !n.cfg.BehindProxy
	if known && !participant.OpensInChatjs(n.ready.PublicURL) {
		n.log.Warn(participant.RefusedByChatjs, slog.String("reached_at", n.ready.PublicURL))
	}
}

// Ready returns what callers need to know of the server.
func (n *Node) Ready() Ready { return n.ready }

// Failed delivers the error after which the server cannot go on: its process
// should end and start again.
func (n *Node) Failed() <-chan error { return n.fatal }

func (n *Node) fail(err error) {
	select {
	case n.fatal <- err:
	default:
	}
}

// Stop says so on /readyz, lets callers go, stops accepting, lets the calls under way
// finish, closes the sockets with 1012 and then everything else. It is done when ctx ends at the latest.
func (n *Node) Stop(ctx context.Context) error {
	n.stopping.Store(true)
	n.log.Info("stopping")
	n.cfg.removeReady()
	wait(ctx, n.cfg.DrainWait)
	n.leave(ctx)
	n.drain(ctx)
	n.closeDebug()
	n.stop()
	return n.finish(ctx)
}

// closing is what the drain leaves of the time that a stop has, for the store (our choice).
const closing = 3 * time.Second

// drain lets the calls under way finish and closes the sockets; what is left when its time is over is cut.
func (n *Node) drain(ctx context.Context) {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-closing))
		defer cancel()
	}
	var drained sync.WaitGroup
	n.workspace.Drain()
	drained.Go(func() { _ = n.gateway.Drain(ctx) })
	drained.Go(func() { n.flows.Drain(ctx) })
	drained.Go(func() { n.process.Drain(ctx) })
	if n.http.Shutdown(ctx) != nil {
		_ = n.http.Close() // the calls that are still under way are cut: none of them was answered
	}
	drained.Wait()
}

// finish waits for the background work and gives back what Start took, no longer than ctx.
func (n *Node) finish(ctx context.Context) error {
	done := make(chan error, 1)
	go func() {
		n.work.Wait()
		done <- n.release()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errors.New("the store did not answer in time; what was acknowledged is safe")
	}
}

func (n *Node) closeDebug() {
	if n.debug != nil {
		_ = n.debug.Close()
	}
}

// release gives back what Start took, in the opposite order.
func (n *Node) release() error {
	var err error
	n.seen.last()
	n.outbound.Close()
	err = n.closeSinks()
	if n.flowLog != nil {
		err = errors.Join(err, n.flowLog.close())
	}
	if n.bus != nil {
		err = errors.Join(err, n.bus.Close())
	}
	if n.store != nil {
		err = errors.Join(err, n.store.Close())
	}
	if n.listener != nil {
		_ = n.listener.Close() // closed already where it served
	}
	if n.lock != nil {
		err = errors.Join(err, n.lock.Close())
	}
	return err
}

// purgeAll deletes what has expired, in portions that commits can go between.
func (n *Node) purgeAll(ctx context.Context) error {
	for {
		deleted, err := n.store.Purge(ctx, n.clock.Now())
		if err != nil || deleted == 0 {
			return err
		}
	}
}

// purge deletes expired client tokens now and then.
func (n *Node) purge(ctx context.Context) {
	loop.Every(ctx, time.Minute, func() error { return n.purgeAll(ctx) }, func(err error) {
		n.log.ErrorContext(ctx, "expired client tokens cannot be deleted", slog.Any("error", err))
	})
}

// sockets lets the gateway ask the chats.
type sockets struct{ chats *chat.Service }

// Open reads the token of a websocket URL.
func (s sockets) Open(ctx context.Context, token string) (gateway.Ticket, error) {
	t, err := s.chats.Open(ctx, token)
	return gateway.Ticket(t), err
}

// Subscribed spends the URL.
func (s sockets) Subscribed(ctx context.Context, t gateway.Ticket) (int64, error) {
	return t.After, s.chats.Subscribed(ctx, chat.Ticket(t))
}

// followed reads sessions for the followers: their documents from memory where the store's version still is that one.
type followed struct {
	store.Store
	sessions *work.Sessions
}

// Session returns a session as it stands in the store.
func (f followed) Session(ctx context.Context, id string) (*session.Session, error) {
	return f.sessions.Current(ctx, id)
}
