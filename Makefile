# From a bare clone: `make demo` or `make test`. `make help` lists the rest.
# Nothing but Python 3.11 to 3.13, its venv module and make is needed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Variables to set on the command line: make demo DEMO_OUT=outputs/mine DEMO_ARGS="persons=5000"
DEMO_OUT ?= outputs/demo
DEMO_ARGS ?=
TEST_ARGS ?=
BENCH_ARGS ?=
VALIDATE_ARGS ?=
WORKERS ?= 2
VENV ?= .venv
# The extras that the lock covers, and so every test environment. `search` stays outside: nothing
# imports it yet, and ema-workbench brings scikit-learn and the GPL-licensed platypus-opt.
LOCK_EXTRAS ?= dev cluster
UV ?= uv

# The first interpreter of a supported version. Any other version stops `make` with one line.
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done)

# An exported PYTHONDONTWRITEBYTECODE would compile every package again at every start, and
# PYTHONPATH or PYTHONHOME would let packages in from outside the virtual environment.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
unexport PYTHONHOME
# Parallel by replication, never inside one: threads of a kernel would compete with the workers.
export NUMBA_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := $(VENV)/bin
LOCKED := $(VENV)/locked
INSTALLED := $(VENV)/installed
# Errors only: pip comments on how each machine is set up.
PIP_INSTALL := $(BIN)/python -m pip install -qq --no-input --no-compile
PYTEST := $(BIN)/python -m pytest

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# Source distributions are built with the locked build tools and without isolation, so that
# nothing enters the environment without a hash.
$(LOCKED): requirements.lock
	@if [ -z "$(PYTHON)" ]; then \
		echo "make: no Python 3.11, 3.12 or 3.13 with venv on PATH (on Debian: apt install python3-venv);" \
			"or name one: make PYTHON=/path/to/python3.12" >&2; exit 2; fi
	@echo "Installing the locked packages into $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@awk '/^[a-z]/ {wanted = /^(setuptools|wheel)==/} wanted' requirements.lock > $(VENV)/build.lock
	@$(PIP_INSTALL) --require-hashes -r $(VENV)/build.lock
	@$(PIP_INSTALL) --require-hashes --no-build-isolation -r requirements.lock
	@$(BIN)/python -m compileall -q -j 0 -x '[/\\]tests?[/\\]' $(VENV)/lib > $(VENV)/compileall.log || true
	@touch $@

# The package itself, editable. --no-deps, because the lock has named everything it needs.
$(INSTALLED): $(LOCKED) pyproject.toml
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: $(INSTALLED) ## make .venv from requirements.lock, with desist in it

.PHONY: demo
demo: $(INSTALLED) ## compare the policies of kyoto_core and write a report
	$(BIN)/desist compare study=kyoto_core out=$(DEMO_OUT) $(DEMO_ARGS)
	@echo "Open $(DEMO_OUT)/report.html in a browser."

.PHONY: test
test: $(INSTALLED) ## the fast test suite
	$(PYTEST) -n $(WORKERS) $(TEST_ARGS)

.PHONY: test-all
test-all: $(INSTALLED) ## every test, the slow ones included
	$(PYTEST) -n $(WORKERS) -m "not benchmark" $(TEST_ARGS)

.PHONY: examples
examples: $(INSTALLED) ## run the examples in docstrings, README and docs
	$(PYTEST) --doctest-modules --doctest-glob='*.md' --doctest-continue-on-failure \
		sim analysis $(wildcard README.md docs)

.PHONY: docs
docs: $(INSTALLED) ## write the ODD+D document, the TRACE page and the model card into docs
	$(BIN)/desist protocol out=docs

.PHONY: validate
validate: $(INSTALLED) ## predictions beside what was observed, into docs/validation (about an hour)
	$(BIN)/desist validate out=docs/validation $(VALIDATE_ARGS)

.PHONY: bench
bench: $(INSTALLED) ## speed, memory and variance of the engine
	$(BIN)/python benchmarks/engine.py $(BENCH_ARGS)

.PHONY: lint
lint: $(INSTALLED) ## ruff: rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: $(INSTALLED) ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: $(INSTALLED) ## mypy, strict
	$(BIN)/mypy

.PHONY: lock
lock: ## resolve requirements.lock again (needs uv; make lock UPGRADE=--upgrade for newer versions)
	$(UV) pip compile pyproject.toml $(LOCK_EXTRAS:%=--extra %) --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet $(UPGRADE) \
		--output-file requirements.lock

.PHONY: clean
clean: ## remove the virtual environment, caches and builds (never outputs/)
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
