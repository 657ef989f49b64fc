# Everything runs in .venv; nothing else on the machine is touched.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint interop clean

demo: .venv/demo
	@$(BIN)/hanoi-ticket demo

test: .venv/test
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n 2 --cov=hanoi_ticket --cov-report=term:skip-covered

lint: .venv/lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable '.[camera]'
	@touch $@

.venv/test: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable '.[test]'
	@touch $@

.venv/lint: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --editable '.[lint]'
	@touch $@

clean:
	rm -rf .venv build dist
