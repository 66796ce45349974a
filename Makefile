# Everything a developer types. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PART ?= all
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header

.PHONY: help demo demo-reset test check lint types contracts fix unit browser bench lock install clean

help: ## List what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: install ## Start everything on embedded parts with seeded data (Ctrl-C stops it, the data stays)
	@exec $(BIN)/python -m portal.stack

demo-reset: install ## The same, from fresh data
	@exec $(BIN)/python -m portal.stack --reset

test: check unit browser ## Run every check and every test

check: lint types contracts ## Run the checks without the tests

lint: install ## Look for mistakes and untidy code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install ## Check the types
	QUAYSIDE_TESTING=1 DATABASE_URL=postgresql:///none $(BIN)/mypy

contracts: install ## Check that the one arrow still points one way
	$(BIN)/lint-imports

fix: install ## Repair what ruff can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: install ## Run all tests but those in the browser
	$(BIN)/pytest -m "not browser" --numprocesses auto --maxprocesses 4 --dist worksteal

browser: install ## Run the tests in headless Chromium
	$(BIN)/pytest -m browser --randomly-seed=1

bench: install ## Measure the figures this portal promises (PART=pages|click|import|drift|outbox|memory|changes|beside|bulk|sheet|whatif|real for one)
	$(BIN)/python -m portal.bench $(PART)

lock: install ## Write the lock files anew from pyproject.toml
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock
	echo uv | $(COMPILE) - -o requirements-uv.lock

# The copy of the lock file inside the environment says what was installed: only a change installs anew.
# uv is quick; where it cannot reach what pip is configured to reach, pip does it.
install: ## Create the virtual environment, or bring it up to date with the lock file
	@if ! cmp -s requirements-dev.lock .venv/installed.lock; then \
	    echo "Installing what requirements-dev.lock names (a minute at most) …"; \
	    test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	    { $(PIP) -r requirements-uv.lock \
	      && $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock; } \
	      || $(PIP) -r requirements-dev.lock; \
	    cp requirements-dev.lock .venv/installed.lock; \
	fi

clean: ## Remove the demo's data, caches and the virtual environment
	rm -rf .run .venv staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
