# The two commands of README: `make demo` and `make test`. Both make .venv first; a second run does not install again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: demo test unit lint serve docs translations requirements

demo: $(INSTALLED)
	$(BIN)/emoclassify demo

test: $(INSTALLED)
	tests/install_system_packages
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest

# Seconds instead of minutes: what needs no network to run.
unit: $(INSTALLED)
	$(BIN)/python -m pytest -m "not model and not slow and not clips"

# The API, a worker and the page, until Ctrl-C.
serve: $(INSTALLED)
	@$(BIN)/emoclassify serve --web

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; give it as PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# The guide, to be opened at site/index.html.
docs: $(INSTALLED)
	$(BIN)/python -m mkdocs build --strict

# Compiles the catalogues after a change; a test tells which texts they lack.
translations: $(INSTALLED)
	$(BIN)/pybabel compile --domain emoclassify --directory emoclassify/assets/locale

# Pins anew what pyproject.toml asks for.
requirements:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest --no-header --output-file requirements.txt
