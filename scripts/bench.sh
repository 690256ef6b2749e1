#!/usr/bin/env bash
# Measures a fresh server, then the Go benchmarks of the hot paths. The server
# starts in an empty data directory, on a free port of 127.0.0.1.
# BENCH holds flags for `parley bench`.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
server=
cleanup() {
	if [[ -n "$server" ]]; then
		kill -TERM "$server" 2>/dev/null || true
		wait "$server" || true
	fi
	rm -rf "$dir"
}
trap cleanup EXIT

ready="$dir/ready.json"
start=$(date +%s%N)
bin/parley serve --listen 127.0.0.1:0 --data "$dir/data" --ready-file "$ready" >"$dir/banner" 2>"$dir/log" &
server=$!
until [[ -s "$ready" ]]; do
	if ! kill -0 "$server" 2>/dev/null; then
		cat "$dir/log" >&2
		exit 1
	fi
	sleep 0.005
done
echo "ready after $((($(date +%s%N) - start) / 1000000)) ms, resident $(awk '/^VmRSS/ {print $2}' "/proc/$server/status") KiB"

bin/parley bench --ready-file "$ready" ${BENCH:-}

mapfile -t hot < <(grep -rlE '^func Benchmark' --include='*_test.go' --exclude-dir=node_modules --exclude-dir=e2e . | xargs -r dirname | sort -u)
if ((${#hot[@]})); then
	go test -run '^$' -bench . -benchmem "${hot[@]}"
fi
