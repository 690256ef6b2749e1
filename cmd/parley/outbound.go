package main

import "parley/node"

// outbound are the flags for what flows call.
type outbound struct {
	AllowOutbound  []string `sep:"none" placeholder:"HOST|CIDR" env:"PARLEY_ALLOW_OUTBOUND" help:"Host, address or network that may be called although it is not public. Repeatable."`
	LambdaEndpoint string   `env:"PARLEY_LAMBDA_ENDPOINT" placeholder:"URL" help:"Where functions are invoked with the AWS Lambda API, for instance https://lambda.us-east-1.amazonaws.com."`
	Function       []string `sep:"none" placeholder:"NAME=URL" env:"PARLEY_FUNCTION" help:"Where one function is: a webhook that gets the event, or with --test-controls NAME=exec:COMMAND. NAME is its name or ARN, or * for all. Repeatable."`
	Bot            []string `sep:"none" placeholder:"ALIAS=KIND:WHERE" env:"PARLEY_BOT" help:"Where one bot is: lex:URL, webhook:URL, openai:URL#MODEL, openai:FILE or keywords:FILE. ALIAS is the ARN of its alias, BOT/ALIAS, BOT, or * for all. Repeatable."`
	RuleEvents     string   `env:"PARLEY_RULE_EVENTS" placeholder:"URL" help:"Webhook that gets the events of rules (GENERATE_EVENTBRIDGE_EVENT). Without it rules cannot send any."`
	FlowLog        string   `type:"path" env:"PARLEY_FLOW_LOG" help:"File for the steps of flows that enable logging, with attributes and answers of customers. By default none."`
}

// calls says what flows may call.
func (o outbound) calls() (node.Outbound, error) {
	out := node.Outbound{Allow: o.AllowOutbound, LambdaEndpoint: o.LambdaEndpoint, Functions: o.Function, Bots: o.Bot, RuleEvents: o.RuleEvents}
	for name, to := range map[string]*string{
		"PARLEY_OUTBOUND_ACCESS_KEY_ID": &out.AccessKeyID, "PARLEY_OUTBOUND_SECRET_ACCESS_KEY": &out.SecretAccessKey,
		"PARLEY_OUTBOUND_SESSION_TOKEN": &out.SessionToken, "PARLEY_WEBHOOK_SECRET": &out.WebhookSecret, "PARLEY_MODEL_KEY": &out.ModelKey,
	} {
		var err error
		if *to, err = secret(name); err != nil {
			return out, err
		}
	}
	return out, nil
}
