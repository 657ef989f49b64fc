# Everything runs in .venv; nothing else on the machine is touched.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint clean

demo: .venv/demo
	@$(BIN)/hanoi-ticket demo

test: .venv/test .venv-interop/ready
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

# Parties that know nothing of us, for tests/interop: python-cwt, and JavaScript libraries on a Node.js from a wheel.
.venv-interop/ready: $(addprefix tests/interop/,requirements.txt package.json .npmrc)
	$(PYTHON) -m venv .venv-interop
	.venv-interop/bin/pip install --quiet --requirement tests/interop/requirements.txt
	.venv-interop/bin/npm --prefix tests/interop install --silent
	@touch $@

clean:
	rm -rf .venv .venv-interop tests/interop/node_modules build dist
