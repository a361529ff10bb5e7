# What a developer or CI runs; `make` alone lists it. Kept to what make 3.81, that of macOS, knows.

PYTHON ?= python3
STACK ?= dev
SPEED ?= 60
FAULTS ?=
DEPLOYER ?=

VENV := .venv/bin
# The environment's commands, `pulumi` among them, come first for whatever is started.
RUN = PATH="$(CURDIR)/$(VENV):$$PATH" $(VENV)/python -m

.DEFAULT_GOAL := help
.PHONY: help setup ready rehearse rehearse-destroy test fuzz kill-test lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

rehearse: ready ## bring the stack up, or up to date, on an AWS embedded in this machine (STACK=dev SPEED=60|max FAULTS=file.yaml DEPLOYER=arn)
	@$(RUN) ops rehearse "$(STACK)" --speed "$(SPEED)" $(if $(FAULTS),--faults "$(FAULTS)") $(if $(DEPLOYER),--as "$(DEPLOYER)")

rehearse-destroy: ready ## take the rehearsed stack down and prove that nothing is left (STACK=dev)
	@$(RUN) ops rehearse "$(STACK)" --destroy --speed "$(SPEED)" $(if $(FAULTS),--faults "$(FAULTS)") $(if $(DEPLOYER),--as "$(DEPLOYER)")

test: lint ## run the checks and all tests
	@$(RUN) pytest -n 2 --dist loadfile

fuzz: ready ## read 2,000 random stack files, and 10,000 with random faults (takes minutes)
	@EKS_CLUSTER_FUZZ=full $(RUN) pytest -q tests/unit/test_random_stacks.py

kill-test: ready ## kill `up` at each call that changes AWS, and see it converge all the same (takes twenty minutes)
	@$(RUN) tests.rehearsal.kill $(KILL_TEST)

lint: ready ## run the checks: style, who imports whom, types
	@$(RUN) ruff check
	@$(RUN) ruff format --check --quiet
	@said=$$($(VENV)/lint-imports --no-cache) || { echo "$$said"; exit 1; }
	@$(RUN) basedpyright

setup: python ## make all that is needed: the Python environment in .venv, and pulumi
	@$(PYTHON) -m tools.toolchain setup

ready: python
	@$(PYTHON) -m tools.toolchain setup --quiet

.PHONY: python
python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "error: there is no $(PYTHON), and Python 3.11 or newer is needed." >&2; \
	  if command -v brew >/dev/null 2>&1; then echo "  brew install python@3.13" >&2; \
	  elif command -v apt-get >/dev/null 2>&1; then \
	    echo "  sudo apt-get install python3 python3-venv" >&2; \
	  elif command -v dnf >/dev/null 2>&1; then echo "  sudo dnf install python3" >&2; \
	  else echo "  https://www.python.org/downloads/" >&2; fi; \
	  exit 1; }

clean: ## remove the environment and the caches of tools; rehearsals and built tools stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
