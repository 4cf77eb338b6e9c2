# Everything a newcomer or a contributor runs. Each target sets up what it needs, so that
# a machine with Python >= 3.11, make and git is enough. `make` alone prints the list.

PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
READY  := $(VENV)/.ready

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs bench sanitize hooks clean
.NOTPARALLEL:

help:  ## print this list
	@echo 'make TARGET, where TARGET is one of'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F '|' '{printf "%-9s %s\n", $$1, $$2}'
	@echo 'The first run of a target sets up $(VENV); PYTHON=... chooses the interpreter.'

demo: $(READY)-app  ## train a network on a real table, write the model and its report
	@$(RUN) scripts/demo.py

test: $(READY)-test  ## run all tests, the examples of docstrings and documentation among them
	@$(RUN) -m pytest --numprocesses auto --maxprocesses 8 $(TESTS)

lint: $(READY)-lint  ## check style, formatting and types
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy

format: $(READY)-lint  ## put the code into the project's format
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format

docs: $(READY)-docs  ## build the documentation into docs/_build/html; a warning is an error
	@$(RUN) -m sphinx --builder html --fresh-env --write-all --fail-on-warning --quiet \
	  --doctree-dir docs/_build/doctrees docs docs/_build/html
	@echo 'wrote docs/_build/html/index.html'

bench: $(READY)-app  ## time training against scikit-learn's networks, as ratios
	@$(RUN) bench/training.py

sanitize: $(READY)-test  ## test the native engine under the address and undefined-behaviour sanitizers
	@$(RUN) scripts/sanitize.py

hooks: $(READY)-lint  ## check style and types at every git commit
	$(RUN) -m pre_commit install

clean:  ## remove everything that make has made, the virtual environment included
	rm -rf $(VENV) demo build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# The set-up. pip runs again only when pyproject.toml or the native engine has changed. Dependency groups
# need pip >= 25.1, which is newer than the one that Python 3.11 brings along.

$(READY)-app:  wants = --editable '.[app]'
$(READY)-test: wants = --editable '.[app]' --group test
$(READY)-lint: wants = --editable '.[app]' --group lint
$(READY)-docs: wants = --editable '.[app]' --group docs

NATIVE := $(shell find native -name '*.?pp' -o -name CMakeLists.txt)

$(READY)-app $(READY)-test $(READY)-lint $(READY)-docs: pyproject.toml $(NATIVE) | $(READY)
	@echo 'Installing into $(VENV) ...'
	@$(RUN) -m pip install --quiet $(wants)
	@touch $@

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo '$(PYTHON) is missing or older than Python 3.11.'; \
	  echo 'Install a newer one, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo '$(PYTHON) cannot make virtual environments: its venv or ensurepip is missing.'; \
	  echo 'Debian and Ubuntu keep them in a package: sudo apt install python3-venv'; exit 1; }
	@echo 'Making a virtual environment in $(VENV) ...'
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@
