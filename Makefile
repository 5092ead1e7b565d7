# make            lists the targets
# make build      makes bin/pbsduck
# Needed: Go (see go.mod), gcc and g++ (DuckDB is C++), and python3 with venv for the notebook's test.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The Arrow part of the DuckDB driver is behind a build tag. It is set here and nowhere else, and added to what the user has set.
TAGS := duckdb_arrow
INSTALL_FLAGS := $(shell go env GOFLAGS)
export GOFLAGS := $(INSTALL_FLAGS) -tags=$(TAGS)

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BIN := bin/pbsduck
FUZZTIME ?= 30s
GOLANGCI_VERSION := v2.15.0
GOLANGCI := .tools/golangci-lint-$(GOLANGCI_VERSION)

REQUIREMENTS := $(wildcard notebooks/python/requirements.txt)
ifneq ($(REQUIREMENTS),)
VENV := .venv/.ready
# The tests that run Python find it here.
export PBSDUCK_PYTHON := $(CURDIR)/.venv/bin/python
endif

DEMO_DB := demo/pbsduck.duckdb
DEMO_QUERY := "SELECT machine, queue, count(*) AS jobs, count(DISTINCT user_name) AS users, \
  round(sum(ncpus * walltime_used_s) / 3600, 1) AS cpu_hours, round(median(eligible_wait_s)) AS median_wait_s \
  FROM jobs GROUP BY ALL ORDER BY cpu_hours DESC"
DEMO_JOB := "SELECT job_id FROM jobs WHERE machine = 'derecho' ORDER BY ncpus * walltime_used_s DESC, job_id LIMIT 1"

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## make bin/pbsduck
	go build -trimpath -ldflags '-X main.version=$(VERSION)' -o $(BIN) ./cmd/pbsduck

.PHONY: demo
demo: build ## make a week of logs of two machines, load them, and ask a few questions
	rm -rf demo
	$(BIN) generate demo/logs --profile derecho,casper --days 7 --jobs 1500 --seed 1 --start 2026-01-01
	$(BIN) ingest --db $(DEMO_DB) --machine derecho --timezone America/Denver demo/logs/derecho
	$(BIN) ingest --db $(DEMO_DB) --machine casper --timezone America/Denver demo/logs/casper
	$(BIN) status --db $(DEMO_DB)
	$(BIN) query --db $(DEMO_DB) $(DEMO_QUERY)
	$(BIN) record --db $(DEMO_DB) "$$($(BIN) query --db $(DEMO_DB) --format csv $(DEMO_JOB) | tail -n 1)" --fields
	$(BIN) export --db $(DEMO_DB) -o demo/parquet
	@printf '%s\n' '' 'What is there now: $(DEMO_DB), demo/parquet, demo/logs. Try:' \
	  "  $(BIN) query --db $(DEMO_DB) 'SELECT * FROM jobs LIMIT 5'" \
	  "  $(BIN) schema --db $(DEMO_DB)" \
	  '  $(BIN) ingest --help'

.PHONY: test
test: $(VENV) ## run the tests of all packages, and of the notebook
	go test ./...

.PHONY: race
race: $(VENV) ## run the tests under the race detector
	go test -race -timeout 30m ./...

.PHONY: bench
bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

.PHONY: lint
lint: $(GOLANGCI) ## check style, likely mistakes, and which package may import which
	$(GOLANGCI) run ./...

.PHONY: fuzz
fuzz: ## fuzz each target for FUZZTIME (30s)
	@for pkg in $$(go list ./...); do \
	  targets=$$(go test -list '^Fuzz' $$pkg | { grep '^Fuzz' || true; }); \
	  for target in $$targets; do \
	    echo "$$pkg $$target"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

.PHONY: torture
torture: ## kill, cut and repeat ingests at random; takes long
	PBSDUCK_TORTURE=1 go test -count=1 -run Torture -v -timeout 120m ./...

.PHONY: man
man: build ## write the man pages to dist/man
	@mkdir -p dist/man
	$(BIN) man dist/man

.PHONY: completions
completions: build ## write the shell completions to dist/completions
	@mkdir -p dist/completions
	$(BIN) completion bash > dist/completions/pbsduck.bash
	$(BIN) completion zsh > dist/completions/_pbsduck
	$(BIN) completion fish > dist/completions/pbsduck.fish

.PHONY: clean
clean: ## remove what was built
	rm -rf bin demo dist .venv .tools

# Built from source by the Go module proxy alone; 3 to 4 minutes on 2 cores the first time, seconds from Go's build cache after that.
$(GOLANGCI):
	GOFLAGS='$(INSTALL_FLAGS)' GOBIN=$(CURDIR)/.tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv .tools/golangci-lint $@

.venv/.ready: $(REQUIREMENTS)
	@command -v python3 > /dev/null || { echo 'the notebook test needs python3: install it (Debian: apt-get install python3 python3-venv)' >&2; exit 1; }
	@python3 -m venv .venv || { echo 'python3 cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)' >&2; exit 1; }
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
