#!/usr/bin/env bash
# Compares one server with three over PostgreSQL and NATS, behind one address:
# 64 chats at full speed, or with RATE so many messages a second, in turn. Of every
# run it prints processor seconds for 10,000 messages: of the servers together, and of
# PostgreSQL and NATS beside them; at last the ratio of the medians, of the servers' and of all.
# RUNS (3) is how many of each.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
load=(--modes closed)
if [[ -n "${RATE:-}" ]]; then load=(--modes open --rates "$RATE"); fi
nodes=() # the servers, and what stands before them
go build -o bin/testpostgres ./scripts/postgres
go build -o bin/balance ./scripts/balance
coproc POSTGRES { exec bin/testpostgres; }
# shellcheck disable=SC2153 # bash sets it
postgres=$POSTGRES_PID
exec {ask}>&"${POSTGRES[1]}" {answer}<&"${POSTGRES[0]}" {POSTGRES[1]}>&-
.cache/bin/nats-server --addr 127.0.0.1 --port -1 --ports_file_dir "$dir" >"$dir/nats.log" 2>&1 &
nats=$!
stop_nodes() {
	for node in "${nodes[@]}"; do kill -TERM "$node" 2>/dev/null || true; done
	for node in "${nodes[@]}"; do wait "$node" || true; done
	nodes=()
}
cleanup() {
	stop_nodes
	kill -TERM "$nats" 2>/dev/null || true
	exec {ask}>&- # it ends with its input
	wait "$postgres" "$nats" || true
	rm -rf "$dir"
}
trap cleanup EXIT
until [[ -s $(echo "$dir"/*.ports) ]]; do
	if ! kill -0 "$nats" 2>/dev/null; then
		cat "$dir/nats.log" >&2
		echo "nats-server does not run; make setup installs it" >&2
		exit 1
	fi
	sleep 0.01
done
bus=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["nats"][0])' "$dir"/*.ports)

# ticks PID… is the processor time of processes so far, in 1/100 s.
ticks() {
	local pid
	for pid; do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{n += $12 + $13} END {print n}'
}

# beside is the processor time of PostgreSQL and NATS: of PostgreSQL's first
# process with the children that have ended, and of those that run.
beside() {
	local first
	first=$(pgrep -P "$postgres")
	sed 's/.*) //' "/proc/$first/stat" "/proc/$nats/stat" $(pgrep -P "$first" | sed 's|.*|/proc/&/stat|') 2>/dev/null |
		awk 'NR == 1 {n = $14 + $15} {n += $12 + $13} END {print n}'
}

# await FILE waits until a server has written it.
await() {
	until [[ -s "$1" ]]; do
		if ! kill -0 "${nodes[-1]}" 2>/dev/null; then
			cat "$dir"/*.log >&2
			exit 1
		fi
		sleep 0.01
	done
}

# run N measures N servers.
run() {
	local i url ready="$dir/ready.json"
	local -a addresses=()
	rm -rf "$dir"/data* "$dir"/ready*
	echo >&"$ask"
	read -r -u "$answer" url
	for ((i = 0; i < $1; i++)); do
		PARLEY_MASTER_KEY=$(printf '%064d' 7) bin/parley serve --listen 127.0.0.1:0 --data "$dir/data$i" --ready-file "$dir/ready$i" \
			--store "$url" --bus "$bus" >"$dir/banner" 2>"$dir/node$i.log" &
		nodes+=($!)
		await "$dir/ready$i"
		addresses+=("$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"].removeprefix("http://"))' "$dir/ready$i")")
	done
	rm -f "$dir/door"
	bin/balance "${addresses[@]}" >"$dir/door" &
	nodes+=($!)
	await "$dir/door"
	python3 - "$dir/ready0" "http://$(cat "$dir/door")" >"$ready" <<'END'
import json, sys
ready = json.load(open(sys.argv[1]))
ready["url"] = ready["public_url"] = sys.argv[2]
print(json.dumps(ready))
END
	local before beside_before
	before=$(ticks "${nodes[@]:0:$1}") beside_before=$(beside)
	bin/parley bench --ready-file "$ready" "${load[@]}" --duration "${DURATION:-5}s" --warmup 1s --json >"$dir/report"
	python3 - "$dir/report" "$(($(ticks "${nodes[@]:0:$1}") - before))" "$(($(beside) - beside_before))" "${DURATION:-5}" <<'END'
import json, sys
load = json.load(open(sys.argv[1]))["loads"][0]
bad = load["lost"] or load["disorder"] or load.get("errors")
per = 10000 / (load["per_second"] * (1 + float(sys.argv[4]))) / 100 # over duration and warm-up
print("%.2f %.2f, %.0f a second%s" % (int(sys.argv[2]) * per, int(sys.argv[3]) * per, load["per_second"], " FAULTS" if bad else ""))
END
	stop_nodes
}

for ((i = 0; i < ${RUNS:-3}; i++)); do
	for n in 1 3; do
		run "$n" >"$dir/line"
		echo "servers: $n, processor seconds for 10,000 messages: $(cat "$dir/line")" | tee -a "$dir/all"
	done
done
# median N WHAT is the median of N servers: of their own processor time (own), or of everything (all).
median() { awk -v n="$1," -v what="$2" '$2 == n {print $8 + (what == "all" ? $9 : 0)}' "$dir/all" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
awk -v a="$(median 1 own)" -v b="$(median 3 own)" 'BEGIN {printf "median: one server %.2f s, three servers %.2f s, ratio %.2f\n", a, b, b / a}'
awk -v a="$(median 1 all)" -v b="$(median 3 all)" 'BEGIN {printf "with PostgreSQL and NATS: %.2f s and %.2f s, ratio %.2f\n", a, b, b / a}'
