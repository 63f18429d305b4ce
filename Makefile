# Short names for what flask and the tools do; the tools are set up in pyproject.toml.
# Written for GNU make 3.81 (as on macOS) as well as 4.

.NOTPARALLEL:
.PHONY: run install demo extras test coverage lint types bench soak messages lock format clean environment
.DEFAULT_GOAL := run
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first Python that is new enough; `make run PYTHON=…` names another.
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
endif
BIN := .venv/bin

# A stamp carries in its name what was installed, by which Python, in which folder, and appears when that has ended well:
# another lock, another Python, a moved folder and an interrupted installation all lead to a new one.
fingerprint = $(shell { $(PYTHON) --version; pwd; cat $(1); } 2>/dev/null | cksum | tr ' ' -)
RUNNING := .venv/running-$(call fingerprint,requirements.txt)
TESTING := .venv/testing-$(call fingerprint,requirements-dev.txt)
EXTRAS := .venv/extras-$(call fingerprint,requirements-extras.txt)
CHOSEN := $(RUNNING) $(if $(wildcard .venv/extras-*),$(EXTRAS))
INSTALL := $(BIN)/python -m pip install --quiet --quiet --no-input --no-deps --require-hashes --only-binary :all:
HEADING := @printf '\n== %s\n'

run: $(CHOSEN)
	@$(BIN)/python app.py

# What a server needs before it is started by systemd; also after an upgrade. Stop it before: .venv is made anew.
install: $(CHOSEN)

demo: $(CHOSEN)
	@$(BIN)/python -m flask demo

# What only some need: metrics for Prometheus, and Redis as a queue. Once installed, they stay with every installation.
extras: $(EXTRAS)

# Everything that says whether the project is sound. Stops at the first fault.
test: lint types
	$(HEADING) 'Chromium'
	@$(BIN)/python -m tests.journeys.chromium
	$(HEADING) 'Tests'
	@$(PYTEST) --ignore=tests/core --ignore=tests/language
	$(HEADING) 'Tests of the core, which must reach every line and branch of it'
	@$(PYTEST) tests/core tests/language --cov=questionnaire.core $(MISSING) --cov-fail-under=100
PYTEST := $(BIN)/python -m pytest --numprocesses=2 --dist=worksteal
MISSING := --cov-report=term-missing:skip-covered

# Which lines all tests together reach. Not part of `make test`: watching every line takes half as long again.
coverage: $(TESTING)
	@$(PYTEST) --cov $(MISSING) --cov-fail-under=90

lint: $(TESTING)
	$(HEADING) 'Format of Python (make format)'
	@$(BIN)/python -m ruff format --check .
	$(HEADING) 'Faults in Python'
	@$(BIN)/python -m ruff check .
	$(HEADING) 'Who imports whom'
	@$(BIN)/lint-imports
	$(HEADING) 'Templates'
	@$(BIN)/python -m djlint --check --lint templates

types: $(TESTING)
	$(HEADING) 'Types'
	@$(BIN)/python -m mypy

bench: $(TESTING)
	@$(BIN)/python -m tests.bench

# What the site withstands; takes some minutes.
soak: $(TESTING)
	@$(BIN)/python -m tests.soak

# The texts to translate.
messages: $(TESTING)
	@mkdir -p questionnaire/language/catalogues
	@$(BIN)/pybabel --quiet extract --mapping-file=babel.cfg --keyword=marked --keyword=marked_plural:1,2 --add-location=file --sort-by-file --no-wrap \
		--project=Alongside --output-file=questionnaire/language/catalogues/messages.pot questionnaire templates

# Newer versions of everything, for every platform, with hashes and without addresses.
lock: $(TESTING)
	@$(BIN)/python -m uv pip compile $(PINNING) requirements.in --output-file=requirements.txt
	@$(BIN)/python -m uv pip compile $(PINNING) --constraints=requirements.txt requirements-extras.in \
		--output-file=requirements-extras.txt
	@$(BIN)/python -m uv pip compile $(PINNING) --constraints=requirements.txt requirements-dev.in \
		--output-file=requirements-dev.txt
PINNING := --quiet --system-certs --upgrade --universal --python-version=3.11 --generate-hashes --no-emit-index-url --no-header

format: $(TESTING)
	@$(BIN)/python -m ruff check --quiet --fix-only .
	@$(BIN)/python -m ruff format .
	@$(BIN)/python -m djlint --quiet --reformat templates || true

# All that can be made again. The database in instance/ stays.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov bench.json soak.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: $(TESTING)

$(RUNNING):
	@test -n "$(PYTHON)" || { echo "Alongside needs Python 3.11 or later." \
		"Install it, for example: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "$(PYTHON) is missing, or older than Python 3.11."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments here." \
		"Install what it needs: sudo apt install $(notdir $(PYTHON))-venv"; exit 1; }
	@echo "Installing what Alongside needs into .venv (once; about a minute)"
	@$(PYTHON) -m venv --clear .venv
	@$(INSTALL) -r requirements.txt
	@touch $@

$(EXTRAS): $(RUNNING)
	@rm -f .venv/extras-*
	@$(INSTALL) -r requirements-extras.txt
	@touch $@

$(TESTING): $(RUNNING)
	@echo "Installing what the tests need into .venv (once; about a minute)"
	@rm -f .venv/testing-* $(RUNNING)
	@$(INSTALL) -r requirements-dev.txt; status=$$?; touch $(RUNNING); exit $$status
	@touch $@
