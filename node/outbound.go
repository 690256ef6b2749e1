package node

import (
	"fmt"

	"parley/outbound"
	"parley/outbound/bot"
	"parley/outbound/egress"
	"parley/outbound/hook"
	"parley/outbound/jwks"
	"parley/outbound/lambda"
	"parley/outbound/oidc"
	"parley/outbound/signed"
	"parley/outbound/sink"
	"parley/outbound/webpush"
)

// Outbound says what flows may call. Flows name functions and bots; only here is where they are.
type Outbound struct {
	Allow          []string // hosts, addresses and networks that may be called beside public addresses
	LambdaEndpoint string   // of AWS's Invoke API, for functions without a target of their own
	Functions      []string // NAME=URL or NAME=exec:COMMAND
	RuleEvents     string   // webhook that gets the events of rules; empty = there are none
	ContactEvents  []string // NAME=TARGET: sinks that get contact events
	ContactRecords []string // NAME=TARGET: sinks that get contact records
	Transcripts    []string // NAME=TARGET: sinks that get transcript files
	Streaming      []string // TOPIC=TARGET: what stands behind the topics that chats are streamed to
	CustomerLogin  []string // POOL=ISSUER: the providers behind the user pools at which flows let customers sign in
	PushContact    string   // mailto: or https: URI by which push services reach the operator; empty = webpush.Contact
	Bots           []string // ALIAS=lex:URL, webhook:URL, openai:URL#MODEL, openai:FILE or keywords:FILE

	AccessKeyID, SecretAccessKey, SessionToken string // sign calls to Lambda and Lex
	WebhookSecret                              string // signs calls to webhooks
	ModelKey                                   string // of chat models without their own
	CustomerLoginSecrets                       string // CLIENT=SECRET, comma separated, of clients at the providers of CustomerLogin
}

// openOutbound makes what calls the outside. Nothing is called yet.
func (n *Node) openOutbound() error {
	c := n.cfg.Outbound
	policy, err := egress.NewPolicy(c.Allow)
	if err != nil {
		return fmt.Errorf("--allow-outbound: %w", err)
	}
	if c.PushContact != "" {
		if err := webpush.CheckContact(c.PushContact); err != nil {
			return fmt.Errorf("--push-contact: %w", err)
		}
	}
	secret, err := signed.NewSecret(c.WebhookSecret)
	if err != nil {
		return fmt.Errorf("PARLEY_WEBHOOK_SECRET: %w", err)
	}
	if (c.AccessKeyID == "") != (c.SecretAccessKey == "") {
		return fmt.Errorf("PARLEY_OUTBOUND_ACCESS_KEY_ID and PARLEY_OUTBOUND_SECRET_ACCESS_KEY go together")
	}
	keys := signed.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Region: n.cfg.Region}
	client := egress.New(egress.Options{Policy: policy})
	n.keySets = jwks.New(client, policy)
	n.egress, n.policy = client, policy
	if n.provider, err = n.cfg.OIDC.open(client, policy); err != nil {
		return err
	}
	targets, err := n.cfg.functions(policy)
	if err != nil {
		return err
	}
	bots, err := bot.New(bot.Options{Client: client, Policy: policy, Targets: c.Bots, Keys: keys, Secret: secret, ModelKey: c.ModelKey})
	if err != nil {
		return fmt.Errorf("--bot: %w", err)
	}
	if n.scanner, err = n.cfg.openScanner(client, policy, secret); err != nil {
		return err
	}
	if n.customers, err = oidc.NewCustomers(oidc.CustomerOptions{Client: client, Policy: policy, Targets: c.CustomerLogin, Secrets: c.CustomerLoginSecrets}); err != nil {
		return fmt.Errorf("--customer-login: %w", err)
	}
	if c.RuleEvents != "" {
		if n.ruleEvents, err = hook.New(client, policy, c.RuleEvents, secret); err != nil {
			return fmt.Errorf("--rule-events: %w", err)
		}
	}
	if n.destinations, err = c.openSinks(sink.Options{Client: client, Policy: policy, Keys: keys, Secret: secret}); err != nil {
		return err
	}
	n.outbound = outbound.New(outbound.Options{
		Client: client, Bots: bots, Customers: n.customers, Tracer: n.seen.tracer, Log: n.log,
		Functions: lambda.New(lambda.Options{Client: client, Endpoint: c.LambdaEndpoint, Targets: targets, Keys: keys, Secret: secret, Output: n.cfg.LogTo}),
	})
	return nil
}

// functions reads where functions are. Commands run on this machine, so they are for tests only.
func (c Config) functions(policy egress.Policy) (map[string]lambda.Target, error) {
	if c.Outbound.LambdaEndpoint != "" {
		if err := policy.Check(c.Outbound.LambdaEndpoint); err != nil {
			return nil, fmt.Errorf("--lambda-endpoint: %w", err)
		}
	}
	targets := map[string]lambda.Target{}
	for _, text := range c.Outbound.Functions {
		name, t, err := lambda.ParseTarget(text)
		if err != nil {
			return nil, fmt.Errorf("--function: %w", err)
		}
		switch {
		case t.Command == "":
			err = policy.Check(t.URL)
		case !c.TestControls:
			err = fmt.Errorf("exec: needs --test-controls: flows would run commands on this machine")
		}
		if err != nil {
			return nil, fmt.Errorf("--function %.100s: %w", name, err)
		}
		targets[name] = t
	}
	return targets, nil
}
