#!/bin/sh
# Installs what the tests run: Chromium, boto3, the AWS CLI, the JavaScript
# clients, PostgreSQL, nginx, Caddy, Prometheus's tools, a NATS server and an S3 server. Does nothing, and says
# nothing, when all of it is there.
set -eu
cd "$(dirname "$0")"

# The Debian packages that are missing, as a list.
missing=""
[ -x "${PARLEY_E2E_CHROMIUM:-/usr/bin/chromium}" ] || missing="$missing chromium"
command -v python3 >/dev/null || missing="$missing python3"
python3 -c 'import boto3' 2>/dev/null || missing="$missing python3-boto3"
command -v aws >/dev/null || missing="$missing awscli"
command -v jq >/dev/null || missing="$missing jq"
python3 -c 'import yaml' 2>/dev/null || missing="$missing python3-yaml"
command -v caddy >/dev/null || missing="$missing caddy"
command -v promtool >/dev/null || missing="$missing prometheus"
command -v systemd-analyze >/dev/null || missing="$missing systemd"
command -v ip >/dev/null || [ -x /usr/sbin/ip ] || missing="$missing iproute2"
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || missing="$missing postgresql"

install() {
	# shellcheck disable=SC2086 # perhaps sudo
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ -n "$missing" ]; then
	echo "e2e: installing$missing"
	as_root=""
	[ "$(id -u)" = 0 ] || as_root="sudo"
	$as_root apt-get update -qq
	# The tests start what they need themselves: no package may start a service.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		trap '$as_root rm -f "$policy"' EXIT
		printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
		$as_root chmod 755 "$policy"
	fi
	# shellcheck disable=SC2086 # a list of packages
	install $missing
fi

# The lock file's checksum, kept beside what was installed from it.
want=$(sha256sum clients/package-lock.json | cut -d' ' -f1)
have=$(cat clients/node_modules/.parley-lock 2>/dev/null || true)
if [ "$want" != "$have" ]; then
	echo "e2e: installing the JavaScript clients"
	(cd clients && npm ci --silent --no-audit --no-fund --ignore-scripts)
	echo "$want" >clients/node_modules/.parley-lock
fi

# program NAME MODULE VERSION [PACKAGE]: what tests run beside our own, each by its version; none is a dependency of the module.
program() {
	bin=$(cd .. && pwd)/.cache/bin
	if ! go version -m "$bin/$1" 2>/dev/null | grep -q "mod	$2	$3	"; then
		echo "e2e: installing $1 $3"
		mkdir -p "$bin"
		made=$(mktemp -d)
		GOBIN=$made GOFLAGS='' go install "$2${4:+/${4:-}}@$3"
		mv "$made"/* "$bin/$1"
		rmdir "$made"
	fi
}
program compose-spec github.com/compose-spec/compose-go/v2 v2.16.2 cmd
program helm helm.sh/helm/v4 v4.3.1 cmd/helm
program nats-server github.com/nats-io/nats-server/v2 v2.15.2
program versitygw github.com/versity/versitygw v1.8.0 cmd/versitygw
