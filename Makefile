# The project's commands. `make demo` and `make test` need only Python 3.11+, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo install lint format check test results bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

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

check: lint ## Before every commit: lint and the fast tests, at most 90 seconds
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 -m 'not slow and not gpu'

test: install ## Every test that needs no server, at most 6 minutes
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 -m 'not gpu'

results: install ## Make the tables and pictures of docs/results from their data again
	$(BIN)/python docs/results/studies.py draw

bench: install ## Speed, as ratios measured side by side
	$(BIN)/python -m tests.benchmarks

clean: ## Remove the environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
