#!/usr/bin/env bash
# Runs every test: first all packages but e2e, nearly all with the race detector, then the
# end-to-end tests with real clients, those of chats, accounts and resources again on PostgreSQL. Prints a line per package, the output of
# what failed, and at last "N passed, N failed".
# PARLEY_LONG=1 asks the tests for their full counts.
set -euo pipefail
cd "$(dirname "$0")/.."

timeout=15m
if [[ "${PARLEY_LONG:-}" == 1 ]]; then timeout=3h; fi

race=(-race)
if [[ "$(go env CGO_ENABLED)" != 1 ]] || ! command -v "$(go env CC)" >/dev/null; then
	echo "no C compiler: the race detector is off" >&2
	race=()
fi

# The race detector makes these slow and can find nothing in them: they run nothing at once.
sequential='^parley/\(api/gen\|domain/agent\|domain/routing\|internal/archtest\|internal/sigv4\)$'

mapfile -t plain < <(go list ./... | grep "$sequential")
mapfile -t unit < <(go list ./... | grep -v -e /node_modules/ -e '^parley/e2e' -e "$sequential")
mapfile -t e2e < <(go list ./e2e/... | grep -v /node_modules/)

mkdir -p bin
go build -o bin/testsum ./scripts/testsum
export PARLEY_E2E_BINARY="$PWD/bin/parley"
export PARLEY_E2E_RECORD="$PWD/bin/e2e-calls" # the operations that unchanged clients called
rm -f "$PARLEY_E2E_RECORD"

# All runs end in one summary; each runs even if the one before fails. The
# end-to-end packages run one after another: each wants the machine for itself.
both() {
	local status=0
	go test -json -timeout "$timeout" "${plain[@]}" || status=1
	go test -json -timeout "$timeout" "${race[@]}" "${unit[@]}" || status=1
	go test -json -timeout "$timeout" -p 1 -count=1 "${e2e[@]}" || status=1
	PARLEY_E2E_STORE=postgres go test -json -timeout "$timeout" -count=1 ./e2e/chat || status=1
	# three nodes have a PostgreSQL of their own, above
	PARLEY_E2E_STORE=postgres go test -json -timeout "$timeout" -count=1 -skip TestThreeNodesUnderAgents ./e2e/accounts || status=1
	PARLEY_E2E_STORE=postgres go test -json -timeout "$timeout" -count=1 -run 'Boto3|Terraform' ./e2e/clients || status=1
	compatibility >&2 || status=1
	return "$status"
}

# docs/compatibility.md says what the tests have just shown.
compatibility() {
	if ! go run ./e2e/compat -record "$PARLEY_E2E_RECORD" | diff docs/compatibility.md -; then
		echo "docs/compatibility.md is not what the tests show: go run ./e2e/compat -record bin/e2e-calls >docs/compatibility.md"
		return 1
	fi
}
both </dev/null | bin/testsum
