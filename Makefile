# The project's commands. `make demo` and `make test` need only Python 3.11+, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := .venv-peers
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest

# Tests start many processes: none of them should compile again what another one has compiled.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo install lint format fast check test test-servers snapshots screenshots results \
	bench bench-peers clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(INSTALLED): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

install: $(INSTALLED) ## Create .venv and install dilctl with its development tools

demo: install ## Train two rules on bundled photographs and show which generalises (about 5 minutes)
	$(BIN)/dilctl demo

lint: install ## Style, types and architecture: ruff, pyright, import-linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: install ## Let ruff put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fast: install ## The fast tests alone
	$(PYTEST) -n 2 -m 'not slow and not gpu and not server'

check: install ## Before every commit: lint beside the fast tests, at most 90 seconds
	@$(MAKE) --no-print-directory -j 2 lint fast

# A third process: many of these tests wait for processes that they started.
test: install ## Every test that needs no server, at most 6 minutes
	$(PYTEST) -n 3 -m 'not gpu and not server'

test-servers: install ## Tests that need PostgreSQL, LaTeX, Chromium or tmux, installed from Debian's packages where missing
	tests/servers/install
	$(PYTEST) -n 2 -m 'server and not gpu'

snapshots: install ## Keep the screens as they are now; read what changed before committing it
	DILCTL_KEEP_SNAPSHOTS=1 $(PYTEST) -n 2 tests/dilctl/dash/snapshots

screenshots: install ## Make the pictures of the pages again: make screenshots DILCTL_HOME=FOLDER
	$(BIN)/python docs/images/screenshots.py $(DILCTL_HOME)

results: install ## Make the tables and pictures of docs/results from their data again
	$(BIN)/python docs/results/studies.py draw

bench: install ## Speed, as ratios measured side by side, each with its target (about 7 minutes)
	$(BIN)/python -m tests.benchmarks $(ARGS)

bench-peers: install $(PEERS)/.installed ## The same work by mlflow, trackio and others (about 6 minutes)
	$(BIN)/python -m tests.benchmarks.peers --bin $(PEERS)/bin $(ARGS)

$(PEERS)/.installed: tests/benchmarks/peers/requirements.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

clean: ## Remove the environment and caches
	rm -rf $(VENV) $(PEERS) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
