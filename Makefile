# Everything is installed in .venv, once: .venv/.python, .venv/.render and .venv/.all say what is already there.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help report preview test lint quarto clean

PYTHON ?= python3
ARGS ?=

RUN := .venv/bin/python
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
WITH_VENV := PATH="$(CURDIR)/.venv/bin:$$PATH"
IS_NEW_ENOUGH := import re; raise SystemExit([int(n) for n in re.findall("[0-9]+", input())] < [1, 10])

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile
	@echo 'PYTHON=python3.12 chooses the Python (3.11 or newer); ARGS="…" reaches pytest or cnnlab render'

report: .venv/.render  ## the report, Spanish and English, pages and PDF, in _book
	@$(WITH_VENV); \
	version=$$(quarto --version 2>/dev/null || true); \
	if echo "$$version" | $(RUN) -c '$(IS_NEW_ENOUGH)'; then \
	    echo "Rendering with Quarto $$version ($$(command -v quarto))"; \
	    QUARTO_PYTHON="$(CURDIR)/$(RUN)" quarto render; \
	else \
	    echo "Rendering with cnnlab render (Quarto 1.10 or newer is not on the PATH$${version:+; $$version is})"; \
	    $(RUN) -m cnnlab render $(ARGS); \
	fi
	@echo 'The report lies in:'
	@for file in _book/index.html _book/*.pdf _book/en/index.html _book/en/*.pdf; do echo "  $$file"; done

preview: .venv/.render  ## serve the report, rendered again at every change
	$(RUN) -m cnnlab render --preview $(ARGS)

test: .venv/.all  ## all tests (installs torch and tensorflow)
	$(RUN) -m pytest $(ARGS)

lint: .venv/.all  ## style and format of the code, its types, layers of the package
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	.venv/bin/lint-imports

quarto: .venv/.render  ## Quarto from PyPI into .venv; make report then uses it
	@if $(INSTALL) quarto-cli > .venv/quarto.log 2>&1; then \
	    echo "Quarto $$($(WITH_VENV) quarto --version) is in .venv: make report uses it"; \
	else \
	    echo 'Quarto could not be downloaded (.venv/quarto.log says why). make report works without it.' >&2; exit 1; \
	fi

clean:  ## remove what rendering made; .venv, kept results and checkpoints stay
	rm -rf _book cnnlab_files _variables.yml .quarto .jupyter_cache chapters/.jupyter_cache chapters/en/.jupyter_cache
	rm -rf .cnnlab/render .cnnlab/jupyter-cache .cnnlab/quarto

.venv/.python:
	@version=$$($(PYTHON) -c 'import platform; print(platform.python_version())' 2>/dev/null || echo 'not there'); \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "Python 3.11 or newer is needed; $(PYTHON) is $$version. Name one: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.render: .venv/.python requirements-render.txt constraints.txt pyproject.toml setup.py
	$(INSTALL) --requirement requirements-render.txt
	$(INSTALL) --no-deps --editable .
	@touch $@

.venv/.all: .venv/.render requirements.txt requirements-test.txt
	@$(RUN) -c 'import sys; sys.exit(sys.version_info >= (3, 14))' || \
	    { echo 'tensorflow 2.21 has no build for this Python. Remove .venv, then: make PYTHON=python3.13 …' >&2; exit 1; }
	$(INSTALL) --requirement requirements.txt --requirement requirements-test.txt
	@touch $@
