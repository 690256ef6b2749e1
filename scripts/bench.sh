#!/usr/bin/env bash
# Measures a fresh server, in turn with the ceiling: a bare server of the same
# protocol with a synced log (e2e/ceiling). Then the Go benchmarks of the hot
# paths. Both servers listen on free ports of 127.0.0.1; the data directories
# are empty. BENCH holds further flags for `parley bench`.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
server=
ceiling=
cleanup() {
	for pid in $server $ceiling; do
		kill -TERM "$pid" 2>/dev/null || true
		wait "$pid" || true
	done
	rm -rf "$dir"
}
trap cleanup EXIT

# await PID FILE waits until a server has written its ready file.
await() {
	until [[ -s "$2" ]]; do
		if ! kill -0 "$1" 2>/dev/null; then
			cat "$dir/log" >&2
			exit 1
		fi
		sleep 0.005
	done
}

start=$(date +%s%N)
bin/parley serve --listen 127.0.0.1:0 --data "$dir/data" --ready-file "$dir/ready.json" >"$dir/banner" 2>"$dir/log" &
server=$!
await "$server" "$dir/ready.json"
echo "ready after $((($(date +%s%N) - start) / 1000000)) ms, resident $(awk '/^VmRSS/ {print $2}' "/proc/$server/status") KiB"

go build -o bin/ceiling ./e2e/ceiling
mkdir "$dir/ceiling"
bin/ceiling "$dir/ceiling" 2>>"$dir/log" &
ceiling=$!
await "$ceiling" "$dir/ceiling/ready.json"

bin/parley bench --ready-file "$dir/ready.json" --beside "$dir/ceiling/ready.json" --rounds 3 --duration 5s --check ${BENCH:-}

mapfile -t hot < <(grep -rlE '^func Benchmark' --include='*_test.go' --exclude-dir=node_modules --exclude-dir=e2e . | xargs -r dirname | sort -u)
if ((${#hot[@]})); then
	go test -run '^$' -bench . -benchmem "${hot[@]}"
fi
