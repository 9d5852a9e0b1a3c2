# The two commands of README: `make demo` and `make test`. Both make .venv first; a second run does not install again.
# requirements.txt holds all that the project uses, requirements-light.txt what `make demo` and a plain install do.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LIGHT := $(VENV)/light
INSTALLED := $(VENV)/installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
QUICK := not model and not slow and not clips
UNIT := $(QUICK) and not process and not whole
# On every processor; each process takes 1.6 GB. The others run alone: they measure memory and time, drive a browser, start
# servers of databases.
AT_ONCE := -n logical --maxprocesses 4 --dist worksteal

# Python keeps what it compiles, whatever the environment says: else every start compiles numpy, matplotlib and the program.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test unit lint lint-javascript serve docs translations requirements platforms

demo: $(LIGHT)
	$(BIN)/emoclassify demo

test: $(INSTALLED)
	tests/install_system_packages
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest $(AT_ONCE) -m "$(QUICK)"
	$(BIN)/python -m pytest -m "not ($(QUICK))"

# What runs no network, starts no server, program or browser, and draws no whole report: a minute on two processors.
unit: $(INSTALLED)
	$(BIN)/python -m pytest $(AT_ONCE) -m "$(UNIT)"

# The API, a worker and the page, until Ctrl-C.
serve: $(INSTALLED)
	@$(BIN)/emoclassify serve --web

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@$(MAKE) --no-print-directory lint-javascript

# Biome (package.json) reads the page's JavaScript where node is there; `npx biome check --write` mends what it can.
lint-javascript:
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
		echo "The page's JavaScript is not linted: node and npm are not installed." >&2; \
	elif [ node_modules/installed -nt package-lock.json ] || \
		{ npm ci --silent --no-audit --no-fund && touch node_modules/installed; }; then \
		node_modules/.bin/biome check --error-on-warnings; \
	else \
		echo "The page's JavaScript is not linted: npm could not install what package-lock.json names." >&2; \
	fi

# What the command line needs: some 40 packages.
$(LIGHT): requirements-light.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; give it as PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --no-compile -r requirements-light.txt  # Python compiles what it uses, which is little of it
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

# Beside it what the server, the page, the workshops and the tests need.
$(INSTALLED): $(LIGHT) requirements.txt
	$(PIP) -r requirements.txt
	touch $@

# The guide, to be opened at site/index.html.
docs: $(INSTALLED)
	$(BIN)/python -m mkdocs build --strict

# Compiles the catalogues after a change; a test tells which texts they lack.
translations: $(INSTALLED)
	$(BIN)/pybabel compile --domain emoclassify --directory emoclassify/assets/locale

# Pins anew what pyproject.toml asks for, with the same versions in both files.
PIN := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --no-header
requirements: $(INSTALLED)
	$(PIP) uv
	$(PIN) --all-extras --output-file requirements.txt
	$(PIN) --extra build --constraint requirements.txt --output-file requirements-light.txt

# Whether the registry has wheels of what a plain install needs, for machines that are not here: resolved, nothing is run.
PLATFORMS := x86_64-unknown-linux-gnu aarch64-manylinux_2_40 x86_64-pc-windows-msvc aarch64-apple-darwin
platforms: $(INSTALLED)
	$(PIP) uv
	@for version in 3.11 3.12 3.13; do for platform in $(PLATFORMS); do \
		MACOSX_DEPLOYMENT_TARGET=14.0 $(BIN)/uv pip compile --quiet --only-binary :all: --python-version $$version \
			--python-platform $$platform requirements-light.txt --output-file /dev/null || exit 1; \
		echo "Python $$version, $$platform: a wheel of each package"; \
	done; done
