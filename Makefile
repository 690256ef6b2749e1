# Parley. `make` lists the targets.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The program, its checks, its tests, releases and the image are compiled in one way, so each package once. Only the race
# detector needs another.
export GOFLAGS := $(shell go env GOFLAGS 2>/dev/null) -trimpath
export CGO_ENABLED := 0
BUILD   := go build -ldflags '-s -w -X main.version=$(VERSION)'

# Flags for the server that `make run` starts, such as ARGS='--listen 127.0.0.1:9000'.
ARGS ?=
# The plan that `make chaos` follows, 0 for a new one, and how long.
SEED   ?= 0
LENGTH ?= 1m
# Flows that `make test-flows` runs, and flags for it, such as FLOWTEST=--lenient.
FLOWS    ?= examples/flows
FLOWTEST ?=
# The official chat interface's bundle, which `make test-bundle` drives.
BUNDLE ?=
# Time that `make fuzz` gives to each target.
FUZZTIME ?= 10s

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.PHONY: pages
pages: ## build the pages, which the program embeds, into web/dist/site (needs Node)
	@scripts/pages.sh build

.PHONY: build
build: pages ## leave the program in bin/parley
	@mkdir -p bin
	@$(BUILD) -o bin/parley ./cmd/parley

.PHONY: run
run: build ## build and start a server with its embedded defaults, in ./data
	@exec bin/parley serve --data data $(ARGS)

.PHONY: setup
setup: ## install the real clients and the NATS server that the tests drive
	@e2e/setup.sh

.PHONY: test
test: setup check build ## run every check and every test
	@scripts/test.sh

.PHONY: test-long
test-long: setup check build ## the same with the full counts: 10,000 power losses, 1,000,000 messages, long fault loops
	@PARLEY_LONG=1 scripts/test.sh

.PHONY: check
check: ## format, vet, staticcheck, layout and budgets, tidy modules, current generated code
	@scripts/check.sh

.PHONY: generate
generate: ## write the generated code anew
	@scripts/generate.sh

.PHONY: bench
bench: build ## measure a fresh server and the hot paths
	@scripts/bench.sh

.PHONY: release
release: pages ## leave static programs, their bill of materials and checksums in dist/
	@VERSION=$(VERSION) scripts/release.sh

.PHONY: sbom
sbom: build ## leave the bill of materials (CycloneDX) of bin/parley in dist/
	@mkdir -p dist
	@go run ./scripts/sbom -version $(VERSION) bin/parley >dist/parley.cdx.json

.PHONY: bench-postgres
bench-postgres: build ## compare SQLite and PostgreSQL: five alternating runs of each
	@scripts/bench-stores.sh

.PHONY: bench-pages
bench-pages: build ## measure how soon the widget is there, in Chromium on a slowed processor
	@scripts/bench-pages.sh

.PHONY: bench-nodes
bench-nodes: setup build ## compare one server with three over PostgreSQL and NATS
	@scripts/bench-nodes.sh

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: test-flows
test-flows: build ## read, print, validate and run every flow of a directory (FLOWS=dir, the project's own)
	@bin/parley flow test --auto $(FLOWTEST) $(FLOWS)

.PHONY: test-bundle
test-bundle: setup build ## drive the official chat interface, unchanged, in Chromium (BUNDLE=file)
	@test -f "$(BUNDLE)" || { echo "test-bundle: BUNDLE=FILE names amazon-connect-chat-interface.js; docs/widgets.md says where it is" >&2; exit 1; }
	@PARLEY_E2E_BINARY="$(CURDIR)/bin/parley" PARLEY_E2E_BUNDLE="$(abspath $(BUNDLE))" \
		go test -count=1 -v -tags bundle -run 'TestChatInterface$$' ./e2e/clients

.PHONY: chaos
chaos: setup build ## break a cluster of three nodes and tell how it goes (SEED=, LENGTH=1m)
	@PARLEY_E2E_BINARY="$(CURDIR)/bin/parley" go test -count=1 -v -timeout 0 -run 'TestChaos$$' ./e2e/chaos -seed $(SEED) -length $(LENGTH)

.PHONY: clean
clean: ## remove what was built; data/ stays
	@rm -rf bin dist .cache
