# Neural Networks by Hand. `make` alone lists the verbs.
# PYTHON chooses the interpreter that makes .venv:  make setup PYTHON=python3.12

PYTHON ?= python3
PORT ?= 8000
N ?= 24
SEED ?= 1
OUT ?= sheets.html
PY := .venv/bin/python
STAMP := .venv/.installed
CLASS := .venv-classroom/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup book serve site sitetest test colab matrix kit kittest release notebooks lint format strict bench size sheets classroom classtest clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

help:
	@echo "Neural Networks by Hand"
	@echo
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' \
	  | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'
	@echo
	@echo "Each makes .venv first when it is missing; PYTHON=python3.12 chooses its interpreter."

setup: $(STAMP) ## make .venv with everything needed (quick when nothing changed)

$(STAMP): requirements.txt pyproject.toml
	@sh scripts/make_venv.sh "$(PYTHON)"
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(PY) -c "import matplotlib.font_manager"
	@sh scripts/find_dot.sh
	@touch $@

book: $(STAMP) ## build the book from the stored outputs
	.venv/bin/jupyter-book build .
	@echo
	@echo "The book is in _build/html/index.html: open that file in a browser, or run make serve."

serve: book ## build the book and show it on this machine (PORT=8000)
	@echo "http://localhost:$(PORT) (Ctrl-C ends it)"
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT) \
	  || { echo "Port $(PORT) cannot be used; try another: make serve PORT=8001" >&2; exit 1; }

site: $(STAMP) .venv-lite/.installed ## build the book and a Python for browsers (PYODIDE=folder)
	$(PY) scripts/make_site.py $(if $(PYODIDE),--pyodide "$(PYODIDE)")

sitetest: $(STAMP) .venv-lite/.installed ## build a site that serves Pyodide and run cells in a browser
	@$(PY) scripts/browser.py --install || echo "No Chromium: no cell is run."
	$(PY) scripts/gather_pyodide.py _build/pyodide
	$(PY) scripts/make_site.py --pyodide _build/pyodide
	$(PY) -m pytest tests/browser/built_site.py

.venv-lite/.installed: scripts/site/environment.txt scripts/site/wheels.txt | $(STAMP)
	$(PY) -m venv --clear .venv-lite
	.venv-lite/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r scripts/site/environment.txt
	@touch $@

test: $(STAMP) ## run the tests, then every chapter, output by output
	@$(PY) scripts/browser.py --install || echo "No Chromium: the live pages are not tested."
	$(PY) -m pytest
	$(PY) -m pytest --nbval --nbval-current-env --nbval-cell-timeout 600 \
	  --nbval-sanitize-with tests/sanitize.cfg book/*.ipynb

colab: $(STAMP) ## move every live figure, then run every chapter, in what Colab has
	$(PY) -m venv --clear .venv-colab
	.venv-colab/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r tests/widgets/colab.txt
	FIGURES_PYTHON=$(CURDIR)/.venv-colab/bin/python $(PY) -m pytest tests/widgets/test_driver.py
	$(PY) -m venv --clear .venv-colab
	.venv-colab/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r tests/colab/image.txt
	COLAB_PYTHON=$(CURDIR)/.venv-colab/bin/python $(PY) -m pytest tests/colab/chapters.py

matrix: $(STAMP) ## test the core with each Python at hand, oldest and newest NumPy
	$(PY) scripts/matrix.py --all

kit: book ## pack pages, chapters and all they need in one zip (WINDOWS=3.13: for there)
	$(PY) scripts/kit.py $(if $(WINDOWS),--windows "$(WINDOWS)")

kittest: $(STAMP) ## unpack a kit without a network and run every chapter in it
	KIT_CHAPTERS=all $(PY) -m pytest tests/browser/test_kit.py

release: $(STAMP) ## commit and tag a release (TAG=v1.0.0 REPOSITORY=owner/name)
	@test -n "$(TAG)" -a -n "$(REPOSITORY)" \
	  || { echo "make release: expected TAG=v1.0.0 REPOSITORY=owner/name" >&2; exit 1; }
	$(PY) scripts/release.py $(TAG) $(REPOSITORY)

notebooks: $(STAMP) ## execute every chapter and store its outputs
	$(PY) scripts/notebooks.py

lint: $(STAMP) ## check style, form and spelling
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m codespell_lib

format: $(STAMP) ## bring code into form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

strict: $(STAMP) ## execute every chapter afresh and build; any warning fails
	$(PY) scripts/strict.py

bench: book ## time nnlib against its peers, then the live figures in the built book
	$(PY) benchmarks/speed.py
	$(PY) benchmarks/frameworks.py
	$(PY) benchmarks/figures.py

size: $(STAMP) ## count the code lines of each module against its budget
	$(PY) scripts/size.py

sheets: $(STAMP) ## make paper sheets with keys (N=24 SEED=1 OUT=sheets.html, or .pdf)
	$(PY) scripts/paper_sheets.py $(N) --seed $(SEED) --out $(OUT)

.venv-classroom/.installed: classroom/requirements.txt pyproject.toml | $(STAMP)
	$(PY) -m venv .venv-classroom
	$(CLASS) -m pip install --quiet --disable-pip-version-check -r classroom/requirements.txt
	@touch $@

classroom: .venv-classroom/.installed ## make the problem sets for a class, in _build/classroom
	$(CLASS) -m classroom release _build/classroom

classtest: .venv-classroom/.installed ## test what makes, collects and grades problem sets
	$(CLASS) -m pytest -q -c classroom/pytest.ini classroom/tests

clean: ## remove what was built, but not .venv
	rm -rf _build .venv-colab .venv-lite dist .pytest_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
