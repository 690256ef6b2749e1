#!/bin/sh
# Prints the resources of an instance as "parley flow names", "resolve" and
# "lint --resources" read them: names and ARNs by kind. Works with Amazon Connect
# and with Parley (AWS_ENDPOINT_URL names its address); needs the AWS CLI and jq.
#
#	sh examples/resources.sh INSTANCE-ID > production.json
set -eu
instance="${1:?write: sh resources.sh INSTANCE-ID}"

# list KIND OPERATION... prints {"KIND": {NAME: ARN}} of [NAME, ARN] pairs.
list() {
	kind="$1"
	shift
	aws connect "$@" --instance-id "$instance" --output json |
		jq --arg kind "$kind" '{($kind): ([(. // [])[] | {(.[0]): .[1]}] | add // {})}'
}

# outside KIND PART QUERY OPERATION... prints the same of ARNs, whose name stands behind PART.
outside() {
	kind="$1" part="$2"
	shift 2
	aws connect "$@" --instance-id "$instance" --output json |
		jq --arg kind "$kind" --arg part "$part" '{($kind): ([(. // [])[] | {(split($part)[1]): .}] | add // {})}'
}

{
	list queue list-queues --queue-types STANDARD --query 'QueueSummaryList[].[Name,Arn]'
	list flow list-contact-flows --query 'ContactFlowSummaryList[].[Name,Arn]'
	list module list-contact-flow-modules --query 'ContactFlowModulesSummaryList[].[Name,Arn]'
	list hours list-hours-of-operations --query 'HoursOfOperationSummaryList[].[Name,Arn]'
	list prompt list-prompts --query 'PromptSummaryList[].[Name,Arn]'
	list view list-views --type CUSTOMER_MANAGED --query 'ViewsSummaryList[].[Name,Arn]'
	outside function :function: list-lambda-functions --query LambdaFunctions
	outside bot :bot-alias/ list-bots --lex-version V2 --query 'LexBots[].LexV2Bot.AliasArn'
} | jq --slurp add
