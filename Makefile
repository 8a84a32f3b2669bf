# make demo   sets everything up and audits the sample vendors
# make test   sets everything up and runs the tests
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
EVAL   ?= ../shared/eval
READY  := $(VENV)/.ready
EXTRAS := dask ocr pdf postgresql s3 sftp sign

.PHONY: demo test test-all quick lint fixtures pictures eval calibrate corpus bench guard fuzz lock vulnerabilities release clean

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

# Readers, loaders and patterns on changed inputs: make fuzz SECONDS=3600 TARGETS="xml mail"
SECONDS ?= 600
fuzz: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[fuzz]"
	$(BIN)/python fuzz/run.py $(TARGETS) --seconds $(SECONDS)

# Whether a change made it slower: how many times faster than Presidio it is, against what it was. Not a test.
guard: $(READY)
	$(BIN)/python benchmarks/guard.py

corpus: $(READY)
	$(BIN)/python benchmarks/make_corpus.py

# What is pinned, with the hash of every file: for whoever installs bpoaudit, and for whoever works on it.
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

lock: $(READY)
	$(LOCK) -c constraints.txt $(EXTRAS:%=--extra %) -o requirements.lock pyproject.toml
	$(LOCK) -o requirements-dev.lock constraints.txt

# Known vulnerabilities of what is pinned. Needs its service on the network: without it this fails and says so.
vulnerabilities: $(READY)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.lock || { \
	  echo "Something is vulnerable, or the service could not be asked; the lines above say which." >&2; exit 1; }

# What is published, in dist/: sdist, wheel and bill of materials, and the tests that look into them.
release: $(READY)
	rm -rf dist
	$(BIN)/hatchling build -d dist
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --no-validate -o dist/bpoaudit.cdx.json
	$(BIN)/pytest tests/test_packaging.py tests/test_release.py

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	$(BIN)/python -m compileall -q src  # where Python may not write bytecode, every start would compile anew
	touch $@

clean:
	rm -rf $(VENV) demo build dist
