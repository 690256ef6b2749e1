#!/usr/bin/env bash
# Runs every test: first all packages but e2e, nearly all with the race detector, then the
# end-to-end tests with real clients, those of chats, accounts and resources again on PostgreSQL. Prints a line per package, the output of
# what failed, and at last "N passed, N failed".
# PARLEY_LONG=1 asks the tests for their full counts.
set -euo pipefail
cd "$(dirname "$0")/.."

timeout=15m
if [[ "${PARLEY_LONG:-}" == 1 ]]; then timeout=3h; fi

race=(env CGO_ENABLED=1) detect=(-race)
if ! command -v "$(CGO_ENABLED=1 go env CC)" >/dev/null; then
	echo "no C compiler: the race detector is off" >&2
	race=() detect=()
fi

# The race detector makes these slow and can find nothing in them: they run nothing at once.
sequential='^parley/\(api/gen\|domain/agent\|domain/routing\|internal/archtest\|internal/sigv4\)$'

mapfile -t plain < <(go list ./... | grep "$sequential")
mapfile -t unit < <(go list ./... | grep -v -e /node_modules/ -e '^parley/e2e' -e "$sequential")
# The longest first, so that the others fill what they wait.
long=(./e2e/chaos ./e2e/clients ./e2e/durability ./e2e/pages ./e2e/accounts)
mapfile -t e2e < <(go list "${long[@]}"; go list ./e2e/... | grep -v /node_modules/ | grep -vxFf <(go list "${long[@]}"))

mkdir -p bin
go build -o bin/testsum ./scripts/testsum
export PARLEY_E2E_BINARY="$PWD/bin/parley"
export PARLEY_E2E_RECORD="$PWD/bin/e2e-calls" # the operations that unchanged clients called
rm -f "$PARLEY_E2E_RECORD"

# All runs end in one summary; each runs even if the one before fails. End-to-end tests wait more than they compute: several
# packages, and several tests of a package, run at once. go vet has seen all of it in make check.
both() {
	local status=0 run=(go test -json -vet=off -timeout "$timeout")
	"${run[@]}" "${plain[@]}" || status=1
	"${race[@]}" "${run[@]}" "${detect[@]}" "${unit[@]}" || status=1
	run+=(-count=1 -p 3 -parallel 4)
	"${run[@]}" "${e2e[@]}" || status=1
	# three nodes have a PostgreSQL of their own, above
	PARLEY_E2E_STORE=postgres "${run[@]}" -skip TestThreeNodes ./e2e/accounts ./e2e/chat ./e2e/deliver ./e2e/privacy ./e2e/states || status=1
	PARLEY_E2E_STORE=postgres "${run[@]}" -run 'Boto3|Terraform|JavaScriptSDK|Assistant$|InChromium$|ChatjsMessages' ./e2e/clients || status=1
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
