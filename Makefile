# Everything that is done with the register, one line each: make help.
# Needed: Python 3.11 and make. The variable PYTHON names another interpreter of that version.

PYTHON ?= python3.11
N ?= 10000

VENV := .venv
BIN := $(VENV)/bin
# Set-up runs once, and again when what it depends on changed.
READY := $(VENV)/ready
READY_TO_TEST := $(VENV)/ready-to-test
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes

.PHONY: help run stack demo-data verify test test-fast lint bench fuzz screenshots lock audit migrate clean

help: ## what can be done
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

run: $(READY) ## the register on this machine, all in one process: address and log-ins are printed (PORT=8000)
	@$(BIN)/python -m demonstration run

stack: $(READY) ## the same as separate processes on RabbitMQ (AMQP_URI) and PostgreSQL (DATABASE_URL)
	@$(BIN)/python -m demonstration stack

demo-data: $(READY) ## N=10000 generated certificates for the register that runs at PORT
	@$(BIN)/python -m demonstration fill $(N)

verify: $(READY) ## proof that nothing is missing in the register of DATABASE_URL: numbers, log, public state, counts, index
	@$(BIN)/python -m verification

test: $(READY_TO_TEST) ## set-up, lint and every test, on real servers too
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m tests

test-fast: $(READY_TO_TEST) ## the tests that need no server: unit and architecture
	$(BIN)/python -m pytest tests/unit tests/architecture

lint: $(READY_TO_TEST) ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY_TO_TEST) ## the measurements, printed as one table and kept in bench/RESULTS.md
	$(BIN)/python -m bench

fuzz: $(READY_TO_TEST) ## two minutes of made-up requests against every address of the API
	FUZZ_SECONDS=120 $(BIN)/python -m pytest tests/contract/test_api_holds_its_openapi.py

screenshots: $(READY_TO_TEST) ## pictures of the pages for the documentation, with Chromium
	$(BIN)/python -m tests.browser.screenshots

lock: ## resolve the dependencies of pyproject.toml anew into the two lock files
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	$(UV_COMPILE) pyproject.toml --output-file requirements.lock
	$(UV_COMPILE) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock

UV_COMPILE = .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --custom-compile-command "make lock"

audit: ## known weaknesses of the locked dependencies; needs the public advisories, and says what it could not look up
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet pip-audit
	.venv-lock/bin/pip-audit --require-hashes --disable-pip --strict -r requirements.lock

migrate: $(READY) ## bring every database of DATABASE_URL to the newest tables
	$(BIN)/python -m plumbing.migrations upgrade

clean: ## remove what set-up made; the data stay
	rm -rf $(VENV) .venv-lock .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(READY): requirements.lock
	@echo "Setting up $(VENV), once; this takes a minute."
	@$(PYTHON) -m venv --clear $(VENV) || { echo "The register needs Python 3.11 with its venv module; name it by PYTHON=…" >&2; exit 1; }
	@$(PIP) -r requirements.lock
	@touch $@

$(READY_TO_TEST): $(READY) requirements-dev.lock
	@$(PIP) -r requirements-dev.lock
	@touch $@
