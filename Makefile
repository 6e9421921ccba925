# make demo: grade sample submissions, from a bare machine with python3 (3.11+) and its venv module.
# make test: lint, types, proofs of every assignment, all tests.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint types verify unit bench clean

demo: $(VENV)/.demo
	$(BIN)/python -m tests.demo build/demo

test: lint types verify unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

verify: $(VENV)/.dev
	$(BIN)/llm101 verify

unit: $(VENV)/.dev
	$(BIN)/pytest --numprocesses auto --dist loadfile

bench: $(VENV)/.dev
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m tests.bench

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.demo
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[torch,report,dev]'
	$(BIN)/llm101 data
	touch $@

clean:
	rm -rf $(VENV) build
