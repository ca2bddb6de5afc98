# make demo   see it work          make test   all that CI checks        make lint   the quick part
# make coverage  the same tests, and what they leave out
# make lock   after a change of dependencies in pyproject.toml           make clean  start afresh
# make crash  break every verb at each of its changes, and recover: over an hour; EVERY=1 does all
# make cut    cut pushes off after every kilobyte; CUT="--every 64" does so more often
# make meet   eight clones tag, promote, evaluate and roll back at once, through one remote
# make act    run every workflow that `mlvc github init` writes, by act: minutes
# make bench  measure it against its peers (see benchmarks/); bench-eval, bench-record, bench-list,
#             bench-tag and bench-hooks are its parts: evaluations, their record, lists, releases, and
#             Git hooks that have nothing to do
# make conformance  random histories, written by mlvc and by GTO: do mlvc, GTO and DVC read the same?
# make calibration  how often gates with a test are wrong, by simulation

BIN := .venv/bin
READY := .venv/.installed
# Wherever a process is started, coverage finds its way back here (see pyproject.toml).
export MLVC_ROOT := $(CURDIR)
# What the caller's shell is set up for must not decide what is tested.
unexport VIRTUAL_ENV CONDA_PREFIX PIP_TARGET PIP_PREFIX PIP_USER PIP_NO_BINARY
unexport $(filter PYTHON% COVERAGE_% PYTEST_% MYPY% RUFF_% GIT_% DVC_%,$(.VARIABLES))

.PHONY: demo test lint coverage crash cut meet act bench bench-eval bench-record bench-list bench-tag bench-hooks calibration conformance lock upgrade clean
.DEFAULT_GOAL := test
.DELETE_ON_ERROR:

demo: $(READY)
	@$(BIN)/mlvc demo

test: lint
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup

# The same, measured: it takes half as long again, since most processes are started by tests.
coverage: lint
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n auto --dist loadgroup
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=90

lint: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary mlvc tests benchmarks
	@$(BIN)/mypy --no-error-summary $(wildcard mlvc/pipeline/[a-z]*.py)
	@$(BIN)/lint-imports --no-cache > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

# For a part of it, CRASH: see `python -m tests.crash --help`.
crash: $(READY)
	@$(BIN)/python -m tests.crash $(if $(EVERY),--every $(EVERY)) $(CRASH)

cut: $(READY)
	@$(BIN)/python -m tests.cutting $(CUT)

# For more or fewer clones, MEET: see `python -m tests.meeting --help`.
meet: $(READY)
	@$(BIN)/python -m tests.meeting $(MEET)

act: $(READY)
	@$(BIN)/python -m pytest -q -n auto -m act tests/github

# The ratios mean something on an idle machine only. BENCH: see `python -m benchmarks --help`.
bench: $(READY)
	@$(BIN)/python -m benchmarks $(BENCH)

# What an evaluation costs beside `dvc repro` by hand and the queue of DVC.
bench-eval: $(READY)
	@$(BIN)/python -m benchmarks.evaluations $(BENCH)

bench-record: $(READY)
	@$(BIN)/python -m benchmarks.record $(BENCH)

bench-list: $(READY)
	@$(BIN)/python -m benchmarks.listing $(BENCH)

bench-hooks: $(READY)
	@$(BIN)/python -m benchmarks.hooks $(BENCH)

bench-tag: $(READY)
	@$(BIN)/python -m benchmarks.tagging $(BENCH)

# How many histories: CONFORMANCE.
conformance: $(READY)
	@CONFORMANCE=$(or $(CONFORMANCE),300) $(BIN)/python -m pytest -q -n auto \
	    --hypothesis-show-statistics tests/ops/conformance

calibration: $(READY)
	@$(BIN)/python -m benchmarks.calibration $(CALIBRATION)

# Keeps the versions that are still allowed; `make upgrade` takes the newest. Not after $(READY):
# that fails as long as the lock does not fit.
lock upgrade: .venv/.locked
	@cp requirements.lock .venv/requirements.new
	@CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe \
	    --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --extra cluster --extra flights --extra gs --extra plot --extra s3 --extra ssh --extra dev $(if $(filter upgrade,$@),--upgrade) \
	    --output-file .venv/requirements.new pyproject.toml
	@cmp -s .venv/requirements.new requirements.lock || mv .venv/requirements.new requirements.lock

clean:
	@rm -rf .venv .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find benchmarks mlvc tests -name __pycache__ -prune -exec rm -rf {} +

# The stamps are made last, so an interrupted install is done again. Python 3.11 first, since the
# lock was made with it.
.venv/.locked: requirements.lock
	@set -e; for python in python3.11 python3 python3.12 python3.13; do \
	    if $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
	        2>/dev/null; then break; fi; \
	    python=; \
	done; \
	[ -n "$$python" ] || { echo 'mlvc needs Python 3.11 or newer, with venv' \
	    '(on Debian: apt-get install python3 python3-venv)' >&2; exit 1; }; \
	echo "Installing into .venv with $$python; this takes a few minutes the first time" >&2; \
	$$python -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
	    --require-hashes -r requirements.lock
	@touch $@

$(READY): .venv/.locked pyproject.toml
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
	    --no-build-isolation --editable .
	@$(BIN)/python -m pip check > .venv/check.log || { cat .venv/check.log; \
	    echo 'requirements.lock does not fit pyproject.toml: run make lock' >&2; exit 1; }
	@touch $@
