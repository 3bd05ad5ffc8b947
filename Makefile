.PHONY: setup ask test check wheel clean

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

setup: $(BIN)/rag

$(BIN)/rag: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $(BIN)/rag

ask: setup
	$(BIN)/rag ask "who thinks startups can't beat big tech?"

test: setup
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pytest hypothesis ir-measures markdown-it-py mcp
	$(BIN)/python -m pytest

check:
	bash .ci/run

clean:
	rm -rf $(VENV) dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache
