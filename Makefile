# Every target has one line of help: `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup run test check dashboard dagster train bench soak lock browser clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) dbt_project/target/manifest.json ## Make .venv with the hash-pinned lock

# uv comes first, by its own hashes from the lock: it installs the rest in seconds where pip takes minutes.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "python3 -m venv failed; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.lock
	@echo "Installing the locked packages into .venv ..."
# Compiled once here: where Python may not write its caches, every start of Dagster or dbt would compile 3,000 modules.
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

dbt_project/target/manifest.json: $(READY) $(shell find dbt_project -name '*.sql' -o -name '*.yml' 2>/dev/null | grep -v /target/)
	@$(BIN)/python -m orchestration.project

run: setup ## Run the whole pipeline once, on the embedded corpus unless data/sources.toml says more
	@$(BIN)/parley run

test: setup browser ## Install what tests need and run them all
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup ## Lint, types, import laws, dbt's own parse
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m orchestration.project --check

dashboard: setup ## Open the dashboards in the browser
	@$(BIN)/parley dashboard

dagster: setup ## Open the Dagster UI
	@$(BIN)/parley dagster

train: setup ## Train the models on and renew their card; an hour on two cores, less on a GPU
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --editable '.[train]'
	@$(BIN)/python -m ingest.annotate.stance.train
	@$(BIN)/python -m ingest.annotate.stance.fast.train
	@$(BIN)/python -m ingest.annotate.stance.encoder.train
	@$(BIN)/python -m ingest.annotate.stance.targets.train
	@$(BIN)/python -m ingest.annotate.events.kinds.train

bench: setup ## Run the benchmarks; they compare, and never fail on time
	@$(BIN)/python -m pytest tests/bench -q -s

soak: setup ## Read 20,000 pages broken in every way; some minutes
	@PARLEY_MUTATIONS=20000 $(BIN)/python -m pytest tests/parse/test_mutations.py -q --timeout 3600

# A browser for the end-to-end tests: the system's, else Debian's package when root there, else Playwright's own.
browser: $(READY)
	@$(BIN)/python tests/e2e/browser.py --install

lock: ## Renew requirements.lock from pyproject.toml
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip compile pyproject.toml --extra dev --extra bench --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

clean: ## Remove the environment and every cache, never data
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dbt_project/target dbt_project/logs
