package main

import "parley/node"

// outbound are the flags for what flows call.
type outbound struct {
	AllowOutbound  []string `sep:"none" placeholder:"HOST|CIDR" env:"PARLEY_ALLOW_OUTBOUND" help:"Host, address or network that may be called although it is not public. Repeatable."`
	LambdaEndpoint string   `env:"PARLEY_LAMBDA_ENDPOINT" placeholder:"URL" help:"Where functions are invoked with the AWS Lambda API, for instance https://lambda.us-east-1.amazonaws.com."`
	Function       []string `sep:"none" placeholder:"NAME=URL" env:"PARLEY_FUNCTION" help:"Where one function is: a webhook that gets the event, or with --test-controls NAME=exec:COMMAND. NAME is its name or ARN, or * for all. Repeatable."`
	Bot            []string `sep:"none" placeholder:"ALIAS=KIND:WHERE" env:"PARLEY_BOT" help:"Where one bot is: lex:URL, webhook:URL, openai:URL#MODEL, openai:FILE or keywords:FILE. ALIAS is the ARN of its alias, BOT/ALIAS, BOT, or * for all. Repeatable."`
	CustomerLogin  []string `sep:"none" placeholder:"POOL=ISSUER" env:"PARLEY_CUSTOMER_LOGIN" help:"OpenID Connect provider behind a user pool at which flows let customers sign in (AuthenticateParticipant). POOL is the id or ARN that the flow names; the flow's AppClientId is the client there. Repeatable."`
	PushContact    string   `env:"PARLEY_PUSH_CONTACT" placeholder:"URI" help:"Whom push services reach about the push messages that this server sends: mailto:ADDRESS or an https:// URL. By default mailto:parley@localhost, which not every push service takes."`
	RuleEvents     string   `env:"PARLEY_RULE_EVENTS" placeholder:"URL" help:"Webhook that gets the events of rules (GENERATE_EVENTBRIDGE_EVENT). Without it rules cannot send any."`
	ContactEvents  []string `sep:"none" placeholder:"NAME=TARGET" env:"PARLEY_CONTACT_EVENTS" help:"Where contact events go: an http(s):// URL, nats://HOST/SUBJECT, file:PATH, dir:PATH, s3://BUCKET, or the ARN of an SNS topic or Kinesis stream (ARN@URL for another endpoint than Amazon's). What was sent is remembered under NAME. Repeatable."`
	ContactRecords []string `sep:"none" placeholder:"NAME=TARGET" env:"PARLEY_CONTACT_RECORDS" help:"Where the record of each contact goes when it is over, after-contact work included: a target as of --contact-events. Repeatable."`
	Transcripts    []string `sep:"none" placeholder:"NAME=TARGET" env:"PARLEY_TRANSCRIPTS" help:"Where the transcript of each contact goes when it has ended: a target as of --contact-events. Repeatable."`
	Streaming      []string `sep:"none" placeholder:"TOPIC=TARGET" env:"PARLEY_STREAMING" help:"What stands behind a topic that chats are streamed to (StartContactStreaming): a target as of --contact-events, or sns or sns@URL for Amazon SNS or what speaks its protocol. TOPIC is the topic's ARN or name, or * for all others. Repeatable."`
	FlowLog        string   `type:"path" env:"PARLEY_FLOW_LOG" help:"File for the steps of flows that enable logging, with attributes and answers of customers. By default none."`
}

// calls says what flows may call.
func (o outbound) calls() (node.Outbound, error) {
	out := node.Outbound{Allow: o.AllowOutbound, LambdaEndpoint: o.LambdaEndpoint, Functions: o.Function, Bots: o.Bot, CustomerLogin: o.CustomerLogin, RuleEvents: o.RuleEvents, PushContact: o.PushContact, ContactEvents: o.ContactEvents, Streaming: o.Streaming,
		ContactRecords: o.ContactRecords, Transcripts: o.Transcripts,
	}
	for name, to := range map[string]*string{
		"PARLEY_OUTBOUND_ACCESS_KEY_ID": &out.AccessKeyID, "PARLEY_OUTBOUND_SECRET_ACCESS_KEY": &out.SecretAccessKey,
		"PARLEY_OUTBOUND_SESSION_TOKEN": &out.SessionToken, "PARLEY_WEBHOOK_SECRET": &out.WebhookSecret, "PARLEY_MODEL_KEY": &out.ModelKey,
		"PARLEY_CUSTOMER_LOGIN_SECRETS": &out.CustomerLoginSecrets,
	} {
		var err error
		if *to, err = secret(name); err != nil {
			return out, err
		}
	}
	return out, nil
}
