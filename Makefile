# make            lists the targets
# make build      makes bin/pbsduck
# Needed: Go (see go.mod), gcc and g++ (DuckDB is C++), and python3 with venv for the notebook's test.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The Arrow part of the DuckDB driver is behind a build tag. It is set here and nowhere else, and added to what the user
# has set.
TAGS := duckdb_arrow
export INSTALL_FLAGS := $(shell go env GOFLAGS)
export GOFLAGS := $(INSTALL_FLAGS) -tags=$(TAGS)

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BIN := bin/pbsduck
FUZZTIME ?= 30s
GOLANGCI_VERSION := v2.15.0
GOLANGCI := .tools/golangci-lint-$(GOLANGCI_VERSION)
VULNCHECK_VERSION := v1.1.4
VULNCHECK := .tools/govulncheck-$(VULNCHECK_VERSION)

REQUIREMENTS := notebooks/python/requirements.txt
VENV := .venv/.ready
# Where there is npm, Node reads a dataset, too.
HYPARQUET := $(if $(shell command -v npm),.tools/hyparquet/.ready)
PACKAGE := notebooks/python/pbsduck
# The tests that run Python find it here.
export PBSDUCK_PYTHON := $(CURDIR)/.venv/bin/python
export PYTHONDONTWRITEBYTECODE :=

DEMO_DB := demo/pbsduck.duckdb
DEMO_SITE := demo/logs/pbsduck.toml
DEMO_HOURS := SELECT machine, queue, count(*) AS jobs, count(DISTINCT user_name) AS users, \
  round(sum(ncpus * walltime_used_s) / 3600, 1) AS core_hours, round(median(eligible_wait_s)) AS median_wait_s \
  FROM jobs WHERE NOT is_array_parent GROUP BY ALL HAVING jobs > 10 ORDER BY core_hours DESC
DEMO_CHARGES := SELECT machine, account, sum(jobs) AS jobs, round(sum(cpu_charge)) AS core_hours, \
  round(sum(gpu_charge), 1) AS gpu_hours \
  FROM daily_summary GROUP BY ALL ORDER BY core_hours DESC LIMIT 5
DEMO_JOB := SELECT job_id FROM jobs WHERE machine = 'derecho' AND nodect = 2 \
  ORDER BY ncpus * walltime_used_s DESC, job_id LIMIT 1

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: tools
tools:
	@for tool in go gcc g++; do command -v $$tool >/dev/null || \
	  { echo "$$tool is missing: install it (Debian: apt-get install gcc g++; Go: https://go.dev/dl)" >&2; exit 1; }; done

# Where the C library is there to be linked in, it is: so the program starts sooner, and runs on any Linux of its kind.
STATIC = $(shell .ci/release/link-static 2> /dev/null)

.PHONY: build
build: tools ## make bin/pbsduck
	go build -tags $(TAGS),osusergo,netgo -ldflags '-s -w -X main.version=$(VERSION) -extldflags "$(STATIC)"' -o $(BIN) ./cmd/pbsduck

.PHONY: demo
demo: build ## make a week of logs of two machines, load them, and ask a few questions
	@rm -rf demo
	@printf '\n== A week of logs of two machines. All names in them are invented.\n'
	$(BIN) generate demo/logs --profile derecho,casper --days 7 --jobs 1500 --seed 1 --start 2026-01-01
	@printf '\n== Load them: %s\n' \
	  'jobs, nodes, events, charges by rules as in examples/ncar.toml, and the raw record of each job.'
	$(BIN) ingest --config $(DEMO_SITE) --db $(DEMO_DB)
	@printf '\n== What is in there?\n'
	$(BIN) status --db $(DEMO_DB)
	@printf '\n== Where did the core-hours go?\n'
	$(BIN) query --db $(DEMO_DB) "$(DEMO_HOURS)"
	@printf '\n== Which accounts are charged most?\n'
	$(BIN) query --db $(DEMO_DB) "$(DEMO_CHARGES)"
	@printf '\n== What did PBS write about one job?\n'
	@job=$$($(BIN) query --db $(DEMO_DB) --format csv "$(DEMO_JOB)" | tail -n 1); set -x; \
	  $(BIN) record --db $(DEMO_DB) "$$job" --fields
	@printf '\n== Is it all right? Every promise is checked, down to each raw record.\n'
	$(BIN) verify --db $(DEMO_DB)
	@printf '\n== For Python, R and others: Parquet.\n'
	$(BIN) export --db $(DEMO_DB) --dataset demo/dataset
	@printf '\n== For people who look while new logs are loaded: a copy.\n'
	$(BIN) publish --db $(DEMO_DB)
	@printf '\n== For those who would rather look: a page.\n'
	$(BIN) report --db $(DEMO_DB) --html demo/page.html
	@printf '%s\n' '' '== Done. Next:' \
	  '  demo/page.html                                    open it in a browser' \
	  "  export PBSDUCK_DB=$(DEMO_DB)" \
	  "  $(BIN) query 'SELECT * FROM jobs LIMIT 5'    ask in SQL" \
	  '  $(BIN) schema                                what the tables and columns mean' \
	  '  $(BIN) config init                           your machines, charges and columns: pbsduck.toml' \
	  '  $(BIN) ingest --help                         load your own logs' \
	  '  notebooks/python/first_look.ipynb                 the same in Python: open it in JupyterLab or VS Code'

.PHONY: picture
picture: build ## take the README's picture of the page again (needs chromium)
	@rm -rf demo/picture; mkdir -p demo/picture
	$(BIN) generate -q demo/picture/logs --profile derecho,casper --days 28 --jobs 4000 --seed 1 --start 2026-01-01
	$(BIN) ingest -q --config demo/picture/logs/pbsduck.toml --db demo/picture/pbsduck.duckdb
	$(BIN) report --db demo/picture/pbsduck.duckdb --html demo/picture/page.html --since 2026-01-02 --until 2026-01-28 \
	  --title 'January 2026'
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1040,1330 \
	  --screenshot=docs/page.png file://$(CURDIR)/demo/picture/page.html

.PHONY: notebooks
notebooks: $(VENV) ## run the notebooks again, on four weeks of generated logs, and keep what they show
	go test ./notebooks -run 'Notebooks|Rmd' -count 1 -update

# WHEEL_BINARY is the program that the wheel brings, WHEEL_PLATFORM the platforms on which that runs: a static one is
# manylinux2014_x86_64.
WHEEL_BINARY ?= $(BIN)
WHEEL_PLATFORM ?= linux_x86_64

.PHONY: wheel
wheel: $(VENV) $(if $(filter $(BIN),$(WHEEL_BINARY)),build) ## write the Python package, with the program in it, to dist
	@rm -f dist/pbsduck-*.whl; mkdir -p dist
	PBSDUCK_BINARY=$(abspath $(WHEEL_BINARY)) PBSDUCK_PLATFORM=$(WHEEL_PLATFORM) PBSDUCK_VERSION=$(VERSION) \
	  .venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist $(PACKAGE)
	@ls dist/pbsduck-*.whl

# Those of these Pythons that are found, on the PATH or where pyenv has them.
PYTHONS ?= $(wildcard $(foreach v,3.9 3.10 3.11 3.12 3.13, \
  $(or $(wildcard $(HOME)/.pyenv/versions/$v.*/bin/python),$(shell command -v python$v))))

.PHONY: pythons
pythons: wheel ## install the wheel in each of PYTHONS (3.9 to 3.13 where they are found), and run its tests there
	@for python in $(PYTHONS); do \
	  echo "== $$($$python --version)"; rm -rf dist/venv; $$python -m venv dist/venv; \
	  dist/venv/bin/pip install --quiet --disable-pip-version-check "$$(ls dist/pbsduck-*.whl)[pandas,polars]"; \
	  dist/venv/bin/python -m unittest discover -s $(PACKAGE)/tests; \
	done; rm -rf dist/venv

# Programs of tests are not debugged: without symbols, and by gold where it is, DuckDB is linked into each in half the
# time.
TEST_LINK := -ldflags='-s -w $(if $(shell command -v ld.gold),-extldflags=-fuse-ld=gold)'

.PHONY: test
test: tools $(VENV) $(HYPARQUET) ## run the tests of all packages, and of the notebook
	go test $(TEST_LINK) -timeout 20m ./...

# Engines are slow to start and large to have, so that their tests are no part of make test.
ENGINES := .tools/engines/.ready

# What writes Iceberg tables is a module of its own, without cgo. Compiling it takes minutes the first time (some 300
# modules, 3 minutes of a core), so that it is no part of make build, lint and test: make iceberg-test lints and tests
# it.
ICEBERG_GO := cd export/iceberg && CGO_ENABLED=0 GOFLAGS="$$INSTALL_FLAGS" go
ICEBERG_DATA := export/iceberg/cmd/pbsduck-iceberg/testdata

.PHONY: iceberg
iceberg: ## make bin/pbsduck-iceberg, which keeps Iceberg tables of a dataset (minutes, the first time)
	$(ICEBERG_GO) build -ldflags '-s -w -X main.version=$(VERSION)' \
	  -o $(CURDIR)/bin/pbsduck-iceberg ./cmd/pbsduck-iceberg

.PHONY: iceberg-test
iceberg-test: build $(GOLANGCI) ## lint and test what writes Iceberg tables, without other engines
	cd export/iceberg && CGO_ENABLED=0 GOFLAGS="$$INSTALL_FLAGS" $(CURDIR)/$(GOLANGCI) run ./...
	$(ICEBERG_GO) test -count 1 -timeout 20m ./...

.PHONY: engines
engines: tools build $(ENGINES) $(ENGINES:.ready=iceberg/.ready) ## test that Spark and others read it (needs Java 17, mvn)
	@command -v java > /dev/null || \
	  { echo 'Spark needs Java 17: install it (Debian: apt-get install openjdk-17-jre-headless)' >&2; exit 1; }
	PBSDUCK_ENGINES=$(CURDIR)/.tools/engines/bin/python go test ./notebooks -run '^TestEngine' -v -count 1 -timeout 30m
	export PBSDUCK_ENGINES_DIR=$(CURDIR)/.tools/engines && \
	  $(ICEBERG_GO) test ./cmd/... -torture -v -count 1 -timeout 60m

.PHONY: race
race: $(VENV) ## run the tests under the race detector
	go test -race -timeout 60m ./...

# How long it goes on: TORTURE_LIVES random histories of each kind, in rounds of TORTURE_ROUND, each with a seed of its
# own from TORTURE_SEED on. TORTURE_PARTS leaves parts out. A round that fails says its seed, and how to run it again.
TORTURE_LIVES ?= 200
TORTURE_ROUND ?= 20
TORTURE_SEED ?= 1
TORTURE_PARTS ?= bits kills overlap lives memory
TORTURE_HISTORIES := AnyLife DamagedLogInAnySteps ZonesInAnyOrder RepeatedHourAcrossZones ForgetLogs

.PHONY: torture
torture: $(TORTURE_PARTS:%=torture-%) ## kill runs, overlap them, publish, live 200 lives, fill disks: an hour

.PHONY: torture-bits torture-kills torture-overlap torture-lives torture-memory
torture-bits:
	go test ./duckdb/verify -run AnyFlippedBit -torture -v -count 1 -timeout 60m

torture-kills:
	go test ./duckdb/load ./duckdb/rebuild ./duckdb/publish \
	  -run 'Killed|ReadersDuringLoads|DamagedDatabase|DamagedLog$$|DiskFillsUp' -torture -v -count 1 -timeout 60m
	go test ./duckdb/hive -run Killed -torture -v -count 1 -timeout 60m

torture-overlap:
	go test ./cmd/pbsduck -run Overlap -torture -v -count 1 -timeout 60m

torture-lives:
	@failed=0; rounds=$$(( ($(TORTURE_LIVES) + $(TORTURE_ROUND) - 1) / $(TORTURE_ROUND) )); \
	for (( round = 1; round <= rounds; round++ )); do \
	  seed=$$(( $(TORTURE_SEED) + round - 1 )); \
	  for history in $(TORTURE_HISTORIES); do \
	    run="go test ./duckdb/load -run ^Test$$history\$$ -rapid.checks $(TORTURE_ROUND) -rapid.seed $$seed"; \
	    run="$$run -rapid.nofailfile -count 1 -timeout 60m"; \
	    if out=$$($$run 2>&1); then echo "round $$round of $$rounds: $$history, seed $$seed: $(TORTURE_ROUND) lived"; \
	    else failed=1; printf '%s\n' "$$out"; \
	      echo "round $$round of $$rounds: $$history, seed $$seed: FAILED; again: $$run"; fi; \
	  done; \
	done; exit $$failed

torture-memory:
	go test ./cmd/pbsduck -run Memory -torture -v -count 1 -timeout 60m

# What is measured beside what: cmd/pbsbench/steps.go. BENCH_LOGS names a folder of Derecho's logs; without it they are
# made, of BENCH_DAYS days. What is asked is a database that has their jobs BENCH_COPIES times: 10 million, 4 GB.
BENCH_LOGS ?=
BENCH_DAYS ?= 20
BENCH_COPIES ?= 50
BENCH_ROUNDS ?= 5
BENCH_VENV := .bench/.ready

.PHONY: bench
bench: build $(BENCH_VENV) ## measure all side by side, with the floors and with what else there is; also bench.json
	go run ./cmd/pbsbench -pbsduck $(BIN) -python .bench/bin/python -logs '$(BENCH_LOGS)' -days $(BENCH_DAYS) \
	  -copies $(BENCH_COPIES) -rounds $(BENCH_ROUNDS) -json bench.json

.PHONY: microbench
microbench: ## run the benchmarks beside the code: bytes per second and allocations
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

.PHONY: lint
lint: $(GOLANGCI) ## check style, likely mistakes, and which package may import which
	$(GOLANGCI) run ./...

.PHONY: vulncheck
vulncheck: $(VULNCHECK) ## ask Go's database (vuln.go.dev) which known vulnerabilities the program calls
	$(VULNCHECK) ./...

.PHONY: fuzz
fuzz: ## fuzz each target for FUZZTIME (30s)
	@for pkg in $$(go list ./...); do \
	  targets=$$(go test -list '^Fuzz' $$pkg | { grep '^Fuzz' || true; }); \
	  for target in $$targets; do \
	    echo "$$pkg $$target"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

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

.PHONY: site
site: .tools/mkdocs/.ready ## write the documentation as a site to dist/site
	.tools/mkdocs/bin/mkdocs build --quiet --strict
	@! grep -rlE '<(script|link|img|iframe)[^>]+(src|href)="(https?:)?//' --include='*.html' dist/site || \
	  { echo 'these pages fetch something from elsewhere' >&2; exit 1; }
	@echo 'open dist/site/index.html'

# What it consists of, and what is promised of it: .ci/release/build and .ci/release/check. CHECKS names some of the
# checks.
.PHONY: release
release: tools ## build a release from the last commit, to dist/release: programs, .deb, .rpm, wheel, SBOM, licences
	.ci/release/build

.PHONY: release-check
release-check: $(VENV) ## try what make release built: in Debian 11, under qemu, built again (as root; a quarter of an hour)
	.ci/release/check

.PHONY: clean
clean: ## remove what was built
	rm -rf bin demo dist .venv .bench .tools bench.json

# Built from source by the Go module proxy alone; 3 to 4 minutes on 2 cores the first time, seconds from Go's build
# cache after that.
$(GOLANGCI):
	GOFLAGS="$$INSTALL_FLAGS" GOBIN=$(CURDIR)/.tools \
	  go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv .tools/golangci-lint $@

# The test of the R notebook asks the database by it where R has no package duckdb.
JDBC_VERSION := 1.5.6.0
.tools/duckdb_jdbc.jar:
	@command -v mvn > /dev/null || \
	  { echo 'mvn fetches DuckDB'"'"'s JDBC driver: install it (Debian: apt-get install maven)' >&2; exit 1; }
	mvn --quiet dependency:copy -Dartifact=org.duckdb:duckdb_jdbc:$(JDBC_VERSION) -DoutputDirectory=$(CURDIR)/.tools
	mv .tools/duckdb_jdbc-$(JDBC_VERSION).jar $@

.tools/hyparquet/.ready: notebooks/testdata/hyparquet/package-lock.json
	@mkdir -p $(@D) && cp $(<D)/package.json $< $(@D)
	@if timeout 120 npm ci --silent --no-audit --no-fund --prefix $(@D); then touch $@; \
	  else echo 'hyparquet can'"'"'t be had: no dataset is read in Node' >&2; fi

$(VULNCHECK):
	GOFLAGS="$$INSTALL_FLAGS" GOBIN=$(CURDIR)/.tools go install golang.org/x/vuln/cmd/govulncheck@$(VULNCHECK_VERSION)
	mv .tools/govulncheck $@

# Compiling all modules here would take as long as the download. Python does it for those that it imports, and keeps the
# result if PYTHONDONTWRITEBYTECODE does not forbid it.
$(VENV): $(REQUIREMENTS)
	@command -v python3 > /dev/null || \
	  { echo 'the notebook needs python3: install it (Debian: apt-get install python3 python3-venv)' >&2; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "the notebook needs Python 3.11 or newer, this is $$(python3 --version)" >&2; exit 1; }
	@python3 -m venv --clear .venv || { \
	  echo 'python3 cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)' \
	  >&2; exit 1; }
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r $<
	@touch $@

.tools/engines/.ready: notebooks/spark/requirements.txt
	@command -v python3 > /dev/null || \
	  { echo 'the engines need python3: install it (Debian: apt-get install python3 python3-venv)' >&2; exit 1; }
	@mkdir -p $(@D) && python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r $<
	@touch $@

# Spark's runtime of Iceberg, a REST catalog, and a Python with other readers.
.tools/engines/iceberg/.ready: $(ICEBERG_DATA)/requirements.txt $(wildcard $(ICEBERG_DATA)/*/pom.xml) $(ENGINES)
	@command -v mvn > /dev/null || \
	  { echo 'mvn fetches the runtime of Iceberg: install it (Debian: apt-get install maven)' >&2; exit 1; }
	@mkdir -p $(@D) && python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r $<
	rm -rf .tools/engines/spark .tools/engines/rest
	for what in spark rest; do \
	  mvn -q -B -f $(ICEBERG_DATA)/$$what/pom.xml dependency:copy-dependencies \
	    -DoutputDirectory=$(CURDIR)/.tools/engines/$$what; done
	@touch $@

.tools/mkdocs/.ready: .ci/site/requirements.txt
	@command -v python3 > /dev/null || \
	  { echo 'MkDocs needs python3: install it (Debian: apt-get install python3 python3-venv)' >&2; exit 1; }
	@mkdir -p $(@D) && python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(BENCH_VENV): cmd/pbsbench/requirements.txt
	@command -v python3 > /dev/null || { \
	  echo 'make bench compares with a Python program: install python3 (Debian: apt-get install python3 python3-venv)' \
	  >&2; exit 1; }
	@python3 -m venv --clear .bench || { \
	  echo 'python3 cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)' \
	  >&2; exit 1; }
	.bench/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
