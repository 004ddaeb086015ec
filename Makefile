# Everything is installed into .venv from the package registry; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The demo needs what users need; the tools that tests run take as long again to install.
SHOWN := $(or $(wildcard $(STAMP)),$(VENV)/.shown)

# Where the machine forbids it (images of containers often do), each start of the command compiles its 300 files anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test kills lint bench defects clean
.DEFAULT_GOAL := demo

$(STAMP): EXTRAS := plot,dev
$(VENV)/.shown: EXTRAS := plot,profile,web
$(STAMP) $(VENV)/.shown: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "resonance-perf needs Python 3.11 or newer; try: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	touch $@

demo: $(SHOWN)  ## the whole story on a sample shop: make demo ARGS='--dir PATH --keep'
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/resonance-perf demo $(ARGS)

# What asserts times has the machine to itself; everything else shares it, three at a time: much of it waits for others.
test: $(STAMP)  ## all tests; some of them: make test ARGS='-k limits'
ifeq ($(ARGS),)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -m 'shared or not slow' --numprocesses 3 --dist worksteal
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -m 'slow and not shared'
else
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest $(ARGS)
endif

kills: $(STAMP)  ## SIGKILL at 1,000 random moments between a measurement and its commit (docs/safety.md)
	RESONANCE_PERF_KILLS=1000 RESONANCE_PERF_SEED=$(or $(SEED),7) PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest tests/crash

lint: $(STAMP)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)  ## our own speed, as ratios against named peers
	for file in benchmarks/bench_*.py; do PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python $$file || exit 1; done
	for file in benchmarks/power.py benchmarks/simulate.py; do PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python $$file --quick || exit 1; done

defects: $(STAMP)  ## put every known defect into the sample shop: is the right cause named? Writes docs/defects.md
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/defects.py --markdown docs/defects.md $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
