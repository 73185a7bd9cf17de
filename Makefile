.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := demo

help:  ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m compileall -q pipeline collectors reports web schedules.py
	@touch $@

AHEAD := transforms/.parsed.json
$(AHEAD): $(VENV)/.installed pipeline/cli/setup/ahead.py pipeline/models/parse.py pipeline/models/model.py pipeline/warehouse/ops.sql \
  $(shell find transforms/staging transforms/mart -name '*.sql') $(shell find collectors/layouts -name '*.toml')
	$(BIN)/python -m pipeline.cli.setup.ahead
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	for v in 1.4 1.5; do $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --upgrade --target $(VENV)/duckdb-$$v "duckdb==$$v.*" || exit 1; done
	@$(BIN)/mypy >/dev/null || true  # reads the libraries' types once: the first `make quick` is as short as the next
	@touch $@

.venv-spark/.installed: constraints-spark.txt
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-spark.txt duckdb pyarrow pyspark sqlglot
	@touch $@

spark: .venv-spark/.installed  ## set up .venv-spark for `pipeline transform --engine spark` (needs Java 17; 450 MB)

browser:  ## install Debian's Chromium when it is missing and this is root (the page tests need it)
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y chromium >/dev/null; } || echo "no Chromium: the page tests are skipped outside CI"

servers:  ## install Debian's nginx and Dovecot when they are missing and this is root (tests of deploy/ and of the mailbox need them)
	@{ test -x /usr/sbin/nginx && test -x /usr/sbin/dovecot; } || { [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends nginx-light dovecot-imapd >/dev/null; } || echo "no nginx or Dovecot: their tests are skipped outside CI"

setup: $(VENV)/.installed $(AHEAD)  ## set up .venv with what the product needs

dev: $(VENV)/.installed-dev $(AHEAD)  ## set up .venv with what its development needs too: tests, linters, types

demo: $(VENV)/.installed $(AHEAD)  ## run the nightly job on the examples in ./demo and print the scoreboard
	$(BIN)/python -m examples.demo $(DEMO)

quick: lint quick-tests  ## format, lint, types and all tests that need no night (a minute)

quick-tests: $(VENV)/.installed-dev $(AHEAD)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not long" tests/unit tests/models

test: $(VENV)/.installed-dev $(AHEAD) browser servers  ## set up and run the tests but the families of many nights (about five minutes)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not long"

test-all: test test-slow test-long  ## run everything

test-slow: $(VENV)/.installed-dev $(AHEAD) browser servers  ## run the families of many nights: editions, examples, oracles, mail, pages, security
	$(BIN)/python -m pytest -n 2 --dist loadfile -m slow

test-long: $(VENV)/.installed-dev $(AHEAD) browser servers  ## run what takes many minutes: faults, simulated months, guides, properties, bundle, Spark, notebooks
	@if command -v java >/dev/null; then $(MAKE) -s spark || echo "no pyspark: the Spark test is skipped"; else echo "no Java: the Spark test is skipped"; fi
	$(BIN)/python -m pytest -n 2 --dist loadfile -m long

PYTHONS := 3.12 3.13 3.14
pythons:  ## the quick tests and the demo on every other Python that is here (six minutes)
	@for version in $(PYTHONS); do python=$$(ls -d $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$version.*/bin/python 2>/dev/null | tail -n 1); \
	  python=$${python:-$$(command -v python$$version)}; \
	  if "$$python" --version 2>/dev/null; then $(MAKE) -s VENV=.venv-$$version PYTHON=$$python DEMO=$$(mktemp -d)/demo quick-tests demo || exit 1; \
	  else echo "Python $$version is not here: not tried"; fi; done

backtest: $(VENV)/.installed  ## score the forecast on generated years, into docs/forecasting.md; SERIES=DIR: on real daily series
	$(BIN)/python -m benchmarks.backtest $(if $(SERIES),--series $(SERIES) --page)

.venv-peers/.installed: benchmarks/peers-constraints.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -c benchmarks/peers-constraints.txt prophet statsforecast pandas
	@touch $@

backtest-peers: $(VENV)/.installed .venv-peers/.installed  ## the forecast beside Prophet and statsforecast on the same cut-offs (ten minutes), into docs/forecasting.md; SERIES=DIR for real series
	nice -n 5 $(BIN)/python -m benchmarks.backtest.against_peers $(if $(SERIES),--series $(SERIES))

.venv-rivals/.installed: benchmarks/rivals-constraints.txt
	$(PYTHON) -m venv .venv-rivals
	.venv-rivals/bin/python -m pip install --quiet --disable-pip-version-check -c benchmarks/rivals-constraints.txt \
	  dlt duckdb dbt-core dbt-duckdb pandas openpyxl lxml xlrd pyarrow
	@touch $@

rivals: .venv-rivals/.installed  ## set up .venv-rivals with what `make bench` measures against (dlt, dbt)

bench: $(VENV)/.installed-dev .venv-rivals/.installed  ## measure speed and growth of cost (an hour or two, 40 GB of disk), into docs/benchmarks.md
	$(BIN)/python -m benchmarks.bench

torture: faults fuzz soak  ## faults, hostile files and three simulated years (about two hours), into docs/reliability.md

faults: $(VENV)/.installed-dev  ## nights under every fault we can make, into docs/reliability.md
	$(BIN)/python -m benchmarks.torture

soak: $(VENV)/.installed-dev  ## live through three simulated years of nights (under an hour), into docs/reliability.md
	$(BIN)/python -m benchmarks.soak

fuzz: $(VENV)/.installed-dev  ## read hostile and spoiled files, measured (half an hour), into docs/reliability.md
	$(BIN)/python -m benchmarks.fuzz

test-offline: $(VENV)/.installed-dev  ## run all tests with no network but loopback (Linux, root)
	@if [ "$$(id -u)" = 0 ] && unshare -n true 2>/dev/null; \
	then unshare -n sh -c 'ip link set lo up 2>/dev/null || $(BIN)/python -m tests.support.loopback; exec $(BIN)/python -m pytest -n 2'; \
	else echo "skipped: taking the network away needs root on Linux (unshare -n)"; fi

audit: $(VENV)/.installed  ## look the installed packages up among known vulnerabilities (needs PyPI's JSON API)
	$(PYTHON) -m venv .venv/audit && .venv/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	.venv/audit/bin/pip-audit --strict -s pypi --no-deps --disable-pip -r constraints.txt

scale: $(VENV)/.installed .venv-spark/.installed  ## ten million rows on DuckDB and on a Spark cluster of two workers, into docs/scale.md
	$(BIN)/python -m benchmarks.scale

format: $(VENV)/.installed-dev  ## format the code
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: $(VENV)/.installed-dev  ## format check, lint, types, which room imports which
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

bundle: $(VENV)/.installed  ## one archive that installs the product without internet, into dist/ (800 MB; PROCESSOR=x86_64 PYTHON_VERSION=3.11 for one)
	$(BIN)/python deploy/bundle/build.py $(if $(PROCESSOR),--processor $(PROCESSOR)) $(if $(PYTHON_VERSION),--python $(PYTHON_VERSION))

clean:  ## remove what was generated
	rm -rf demo .venv .venv-* .mypy_cache .ruff_cache .pytest_cache $(AHEAD) pipeline/warehouse/.empty-*.duckdb

.PHONY: bundle help browser servers spark setup dev demo quick quick-tests pythons test test-all test-slow test-long backtest backtest-peers rivals bench torture faults soak scale fuzz test-offline audit format lint clean
