# `make demo` runs the hub with invented content; `make test` runs the tests. The rest is listed by `make help`.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PROCESSES ?= $(shell nproc 2>/dev/null || echo 2)

# Without what Python and pytest compiled the last time, each process of the tests compiles everything anew, for 13 s.
export PYTHONDONTWRITEBYTECODE :=

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

install: $(VENV)/.installed ## make the environment the hub runs in

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "The hub needs Python 3.11, 3.12 or 3.13. On Debian or Ubuntu: sudo apt install python3 python3-venv"; exit 1; fi
ifeq ($(UV),)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
else
	@$(UV) venv --quiet --python $(PYTHON) $(VENV)
endif

# uv is quicker, but knows neither pip's settings nor, unasked, the system's certificates, which a council's proxy may need: where it fails, pip goes on.
export UV_NATIVE_TLS := true
export UV_SYSTEM_CERTS := true
define install_from
	@echo "Installing from $(1) ..."
	$(if $(UV),,@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null)
	@$(if $(UV),$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2>/dev/null || )$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

$(VENV)/.installed: requirements.lock | $(VENV)/bin/python
	$(call install_from,requirements.lock)

$(VENV)/.installed-dev: requirements-dev.lock | $(VENV)/bin/python
	$(call install_from,requirements-dev.lock)

dev: $(VENV)/.installed-dev ## the environment with the tools for tests and checks

lock: ## write both lock files anew from pyproject.toml (needs uv)
	uv lock --quiet --upgrade
	uv export --quiet --locked --no-emit-project --no-header --no-dev -o requirements.lock
	uv export --quiet --locked --no-emit-project --no-header -o requirements-dev.lock

demo: install ## the hub with invented content, web and worker, on PORT (8000)
	@DEMO=true LOG_LEVEL=$${LOG_LEVEL:-WARNING} DATA_DIR=$${DATA_DIR:-$(CURDIR)/var/demo} SITE_URL=http://localhost:$(PORT) $(BIN)/python manage.py demo --port $(PORT)

check: dev ## lint, templates, types, floors, missing migrations (under 60 s)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2
	@$(BIN)/lint-imports --verbose 2>&1 | tail -15; exit $${PIPESTATUS[0]}
	@$(BIN)/mypy
	@mkdir -p var && DJANGO_SETTINGS_MODULE=hub.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=hub.settings.test $(BIN)/python manage.py check --fail-level WARNING

format: dev ## put code and templates into shape
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

test: dev ## all tests but the journeys, on SQLite, without network or browser (under 3 minutes)
	@$(BIN)/pytest -q -n $(PROCESSES)

test-postgres: dev ## the same tests on PostgreSQL, through the migrations
	@DATABASE_URL=$${DATABASE_URL:-postgres:///test} $(BIN)/pytest -q -n $(PROCESSES) --migrations

journeys: dev ## the journeys in the system's Chromium: the main job, keyboard only, axe on every screen
	@$(BIN)/pytest -q tests/journeys

KILLS ?= 60
PROOFS := tests/stepshare/test_proposal_states.py tests/forum/test_thread_states.py tests/forum/test_reshaping_states.py tests/hub/members/test_membership_states.py tests/hub/desk/test_turns.py tests/hub/notifications/test_states.py tests/forum/test_helping.py tests/hub/bulletin/test_schedule.py tests/hub/bulletin/test_sending.py tests/hub/mail/test_interleavings.py
proofs: dev ## the slow proofs: KILLS long sequences of states for each thing that has some, the heaviest uploads
	@HUB_PROOFS=1 HUB_SEQUENCES=$(KILLS) $(BIN)/pytest -q $(PROOFS) tests/hub/media/test_hostile_files.py

proofs-forum: dev ## the slow proof of posting: KILLS times a web worker is killed while people ask and answer
	@HUB_POSTING_KILLS=$(KILLS) $(BIN)/pytest -q -rP --no-header tests/forum/test_kill.py

KILLED_PEOPLE ?= 10000
KILL_POSTGRES ?= postgres://
kill-matrix: dev ## one bulletin to KILLED_PEOPLE killed 50 times, on both databases, and each bad mail server at a twentieth of them
	@HUB_KILL_PEOPLE=$(KILLED_PEOPLE) HUB_KILLS=$$(($(KILLED_PEOPLE) < 10000 ? 10 : 50)) HUB_KILL_POSTGRES=$(KILL_POSTGRES) HUB_BAD_SERVER_PEOPLE=$$(($(KILLED_PEOPLE) / 20)) $(BIN)/pytest -q -rA --no-header -n $(PROCESSES) tests/hub/mail/test_kill.py tests/hub/mail/test_bad_servers.py

# The examples of CommonMark come with the source of the parser we run; its hash stands in the lock file.
COMMONMARK := var/commonmark
proofs-markdown: dev ## the slow proofs of members' Markdown: every example of CommonMark, every hostile text at full length
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@mkdir -p $(COMMONMARK) && sed -n '/^markdown-it-py==/,/^[a-z]/{/^markdown-it-py\|--hash/p}' requirements-dev.lock | sed '$$s/ \\$$//' > $(COMMONMARK)/parser.txt
	@ls $(COMMONMARK)/markdown_it_py-*.tar.gz >/dev/null 2>&1 || $(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary markdown-it-py --require-hashes -r $(COMMONMARK)/parser.txt -d $(COMMONMARK)
	@HUB_PROOFS=1 HUB_COMMONMARK=$$(ls $(COMMONMARK)/markdown_it_py-*.tar.gz) $(BIN)/pytest -q tests/hub/core/test_commonmark.py tests/hub/core/test_hostile_markdown.py

SEQUENCES ?= 1000
TERMS ?= 5000
proofs-taxonomy: dev ## the slow proofs of the A to Z: SEQUENCES of what editors and members may do, a scheme of TERMS out and in again, as many damaged files, pages of five thousand terms
	@HUB_PROOFS=1 HUB_TAXONOMY_SEQUENCES=$(SEQUENCES) HUB_SCHEME_TERMS=$(TERMS) HUB_SCHEME_FUZZ=$(SEQUENCES) $(BIN)/pytest -q tests/taxonomy/test_sequences.py tests/taxonomy/test_reading_pages.py tests/taxonomy/skos/test_round_trip.py tests/taxonomy/skos/test_habits.py

proofs-bulletin: dev ## the slow proof of the bulletin: SEQUENCES of what subscribers, mail servers and the worker may do
	@HUB_BULLETIN_SEQUENCES=$(SEQUENCES) $(BIN)/pytest -q tests/hub/bulletin/test_subscriber_states.py

proofs-visibility: dev ## the access matrix, the two worlds and every answer at full size: every outlet as everybody
	@HUB_WHOLE_SITE=large $(BIN)/pytest -q -n $(PROCESSES) tests/whole_site

MUTANTS ?=
mutants: dev ## let each `visible_to` show everything, one at a time, and demand that a test fails (MUTANTS: parts of names)
	@$(BIN)/python -m tests.whole_site.mutate_visible_to $(MUTANTS)

SCALE ?= 1
bench: dev ## fill a hub to SCALE per cent of full size and time each kind of page
	@$(BIN)/python -m tests.bench --scale $(SCALE)

.PHONY: help install dev lock demo check format test test-postgres journeys proofs proofs-forum kill-matrix proofs-markdown proofs-taxonomy proofs-visibility mutants bench proofs-bulletin
