#!/usr/bin/env bash
# Compares SQLite and PostgreSQL by `parley bench`: alternating runs on fresh
# servers, 64 chats at full speed, and at last the ratio of the medians. The
# PostgreSQL runs on the same machine, every commit of both is synced.
# RUNS (5) is how many of each. Of every run it prints messages a second, and
# processor seconds for 10,000 messages of the server and of PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
server=
go build -o bin/testpostgres ./scripts/postgres
coproc POSTGRES { exec bin/testpostgres; }
# shellcheck disable=SC2153 # bash sets it
postgres=$POSTGRES_PID
exec {ask}>&"${POSTGRES[1]}" {answer}<&"${POSTGRES[0]}" {POSTGRES[1]}>&-
stop_server() {
	if [[ -n "$server" ]]; then
		kill -TERM "$server" 2>/dev/null || true
		wait "$server" || true
		server=
	fi
}
cleanup() {
	stop_server
	exec {ask}>&- # it ends with its input
	wait "$postgres" || true
	rm -rf "$dir"
}
trap cleanup EXIT

# postgres_ticks is the processor time of PostgreSQL so far, in 1/100 s: of its
# first process with the children that have ended, and of those that run.
postgres_ticks() {
	local first
	first=$(pgrep -P "$postgres")
	sed 's/.*) //' "/proc/$first/stat" $(pgrep -P "$first" | sed 's|.*|/proc/&/stat|') 2>/dev/null |
		awk 'NR == 1 {n = $14 + $15} {n += $12 + $13} END {print n}'
}

# run STORE prints messages a second, and processor seconds for 10,000 messages
# of the server and of PostgreSQL.
run() {
	local data="$dir/$1" ready="$dir/ready.json"
	local -a flags=()
	rm -rf "$data" "$ready"
	if [[ $1 == postgres ]]; then
		echo >&"$ask"
		read -r -u "$answer" url
		flags=(--store "$url")
	fi
	bin/parley serve --listen 127.0.0.1:0 --data "$data" --ready-file "$ready" "${flags[@]}" >"$dir/banner" 2>"$dir/log" &
	server=$!
	until [[ -s "$ready" ]]; do
		if ! kill -0 "$server" 2>/dev/null; then
			cat "$dir/log" >&2
			exit 1
		fi
		sleep 0.01
	done
	local before
	before=$(postgres_ticks)
	bin/parley bench --ready-file "$ready" --modes closed --duration 3s --warmup 1s --json >"$dir/report"
	python3 - "$dir/report" "$(($(postgres_ticks) - before))" <<'END'
import json, sys
load = json.load(open(sys.argv[1]))["loads"][0]
bad = load["lost"] or load["disorder"] or load.get("errors")
beside = int(sys.argv[2]) / 100 / (load["per_second"] * 4) * 10000 # over duration and warm-up
print("%.0f %.2f %.2f%s" % (load["per_second"], load["server_cpu_s_per_10k"], beside, " FAULTS" if bad else ""))
END
	stop_server
}

for ((i = 0; i < ${RUNS:-5}; i++)); do
	for store in sqlite postgres; do
		run "$store" >"$dir/line"
		echo "$store $(cat "$dir/line")" | tee -a "$dir/all"
	done
done
median() { awk -v s="$1" '$1 == s {print $2}' "$dir/all" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
sqlite=$(median sqlite) postgres_median=$(median postgres)
awk -v a="$sqlite" -v b="$postgres_median" 'BEGIN {printf "median: SQLite %d/s, PostgreSQL %d/s, ratio %.2f\n", a, b, b / a}'
