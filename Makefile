# make demo   sets everything up and audits the sample vendors
# make test   sets everything up and runs the tests
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
EVAL   ?= ../shared/eval
READY  := $(VENV)/.ready

.PHONY: demo test test-all quick lint fixtures pictures eval calibrate corpus bench clean

demo: $(READY)
	$(BIN)/bpoaudit demo --jobs auto

test: $(READY)
	$(BIN)/pytest -n auto --dist loadgroup -m "not long"

test-all: $(READY)
	$(BIN)/pytest -n auto --dist loadgroup

quick: $(READY)
	$(BIN)/pytest -n auto --dist loadgroup -m "not slow and not long"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bpoaudit rules check
	$(BIN)/bpoaudit rules test

fixtures: $(READY)
	$(BIN)/python fixtures/make.py

pictures: $(READY)
	$(BIN)/bpoaudit demo --jobs auto
	$(BIN)/python docs/make_pictures.py demo/deccan-claims

# Accuracy on labelled data, beside Presidio: the project's corpus, and the public sets where EVAL has them.
eval: $(READY)
	$(BIN)/python benchmarks/accuracy.py $(EVAL) --results benchmarks/RESULTS.md
	$(BIN)/python benchmarks/columns.py $(EVAL) --results benchmarks/RESULTS.md
	$(BIN)/python benchmarks/shipped_figures.py
	$(BIN)/python benchmarks/conduct.py --results benchmarks/RESULTS.md

# What a score is worth, from the same data; rewrites the table that the program reads.
calibrate: $(READY)
	$(BIN)/python benchmarks/calibrate.py $(EVAL) --write --results benchmarks/RESULTS.md

# Records a processor second, beside Presidio's batch engine and others where they are installed.
bench: $(READY)
	$(BIN)/python benchmarks/speed.py --rounds 5 --results benchmarks/RESULTS.md

corpus: $(READY)
	$(BIN)/python benchmarks/make_corpus.py

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) demo build dist
