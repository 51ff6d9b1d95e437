# Needs Python >= 3.11 and make, nothing else. Environments are made on first use and reused after that.
#
#   make demo         the main job, told as a story        make docs         the documentation, warnings are errors
#   make test         all tests                            make bench        the benchmarks
#   make lint         ruff, mypy strict, import contracts  make wheel-test   the tests against the built wheel
#   make format       repair what ruff can repair          make test-lowest  the tests with the lowest versions allowed
#   make contract     the storage contract on all backends  make mutants   whether tests notice a changed rule
#   make constraints  renew the tested versions            make clean        remove everything that was made here
#
# PYTHON=/path/to/python chooses the interpreter (for an environment that is not made yet).
# PYTEST_ARGS="-k word" reaches pytest, ARGS="--only layers" the benchmarks (`make bench-short` takes a minute).

SHELL := /bin/sh
.DEFAULT_GOAL := test
.DELETE_ON_ERROR:
.PHONY: demo test contract lint format docs bench bench-short mutants rules-coverage wheel wheel-test test-lowest environments constraints clean force

PYTHON ?=
PYTEST_ARGS ?=
ARGS ?=
export PYTHON

BIN := .venv/bin
WHEEL_ENV := build/wheel-env
LOWEST_ENV := build/lowest-env
BENCH_ENV := build/bench-env
TESTED := pyproject.toml constraints.txt
DEV := $(TESTED) requirements/dev.txt requirements/test.txt
environment := sh tools/environment.sh

# An environment whose interpreter is gone is made anew, whatever its stamp says.
gone = $(if $(wildcard $(1)/bin/python),,force)

# --- what people run -------------------------------------------------------------------------------------------------

demo: .venv/.runtime
	$(BIN)/handover demo --out build/demo

test: .venv/.dev
	$(BIN)/python -m pytest -q -n auto $(PYTEST_ARGS)

contract: .venv/.dev
	$(BIN)/python -m pytest -q -n auto tests/storage/test_contract.py --contract-report build/contract.json $(PYTEST_ARGS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: .venv/.dev
	$(BIN)/python -m sphinx -q -W --keep-going -b html -d build/docs-cache docs build/docs
	@echo "build/docs/index.html"

# Every branch of the handover rules, by the tests of the rules alone.
rules-coverage: export COVERAGE_FILE := build/rules-coverage/data
rules-coverage: .venv/.dev
	rm -rf build/rules-coverage && mkdir -p build/rules-coverage
	$(BIN)/python -m coverage run --branch --source=src/handover_core/handover,src/handover_core/policy \
	  -m pytest -q -p no:xdist tests/handover/rules tests/policy
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report --fail-under=100 \
	  --include='src/handover_core/handover/rules.py,src/handover_core/handover/**/rules.py,src/handover_core/policy/**'

# Minutes: each small change of a rule, with the tests of the rules. WORD=stall chooses modules by name.
mutants: .venv/.dev
	PYTHONPATH=tools $(BIN)/python -m mutants.run $(WORD)

# A quarter of an hour, all sides in one run; records benchmarks/results.json and docs/speed.md.
bench: $(BENCH_ENV)/.bench
	$(BENCH_ENV)/bin/python -m benchmarks $(ARGS)

# Sees that all of it works, and fails where a ratio is more than twice the recorded one.
bench-short: $(BENCH_ENV)/.bench
	$(BENCH_ENV)/bin/python -m benchmarks --short $(ARGS)

# --- the same tests elsewhere ----------------------------------------------------------------------------------------

# Built through the source archive, so that what the archive leaves out is missed here.
wheel: .venv/.dev
	rm -rf build/wheel
	$(BIN)/python -m build --no-isolation --outdir build/wheel . >build/wheel.log 2>&1 || { cat build/wheel.log; exit 1; }

OF_BACKENDS := tests/storage tests/examples
on_wheel = HANDOVER_TEST_BACKENDS="$(1)" ../wheel-env/bin/python -P -m pytest -q -n auto -p no:cacheprovider

# A copy of what the tests read, without src/, so that only the wheel can be imported. All tests run, those of the
# backends and the examples on every backend and the others in memory: `make test` has run them elsewhere, and the code is
# the same; what may be wrong here is what the wheel holds and how it is found.
wheel-test: wheel $(WHEEL_ENV)/.wheel
	$(WHEEL_ENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall build/wheel/*.whl
	rm -rf build/wheel-tests && mkdir -p build/wheel-tests
	cp -R tests pyproject.toml $(wildcard README.md benchmarks docs examples tools) build/wheel-tests/
	cd build/wheel-tests && ../wheel-env/bin/python -P -c \
	  'import handover_core as h; assert "site-packages" in h.__file__, h.__file__; print("testing", h.__file__)'
	cd build/wheel-tests && $(call on_wheel,memory) $(OF_BACKENDS:%=--ignore=%) $(PYTEST_ARGS)
	cd build/wheel-tests && $(call on_wheel,memory sqlite postgresql mariadb mongodb) $(OF_BACKENDS) $(PYTEST_ARGS)

# Direct dependencies at their lower bounds; what they need themselves as new as they allow.
test-lowest: $(LOWEST_ENV)/.lowest
	$(LOWEST_ENV)/bin/python -m pytest -q -n auto -p no:cacheprovider $(PYTEST_ARGS)

# The environments of `bench` and `wheel-test`, for who wants them made beside something else: `make -j 2 lint environments`.
environments: $(BENCH_ENV)/.bench $(WHEEL_ENV)/.wheel

# --- environments ----------------------------------------------------------------------------------------------------

force:

.venv/.runtime: $(TESTED) $(call gone,.venv)
	@$(environment) .venv .runtime "$(TESTED)" \
	  $(BIN)/python -m pip install --quiet --editable ".[all]"

.venv/.dev: .venv/.runtime $(DEV)
	@$(environment) .venv .dev ".venv/.runtime $(DEV)" \
	  $(BIN)/python -m pip install --quiet --requirement requirements/dev.txt

# Installs the dependencies through the project itself; `wheel-test` then puts the built wheel in its place.
$(WHEEL_ENV)/.wheel: .venv/.dev $(call gone,$(WHEEL_ENV))
	@$(environment) $(WHEEL_ENV) .wheel ".venv/.dev" \
	  $(WHEEL_ENV)/bin/python -m pip install --quiet ".[all]" --requirement requirements/test.txt

$(LOWEST_ENV)/.lowest: .venv/.dev $(call gone,$(LOWEST_ENV))
	@CONSTRAINTS= $(environment) $(LOWEST_ENV) .lowest ".venv/.dev" \
	  $(BIN)/uv pip install --quiet --python $(LOWEST_ENV)/bin/python --resolution lowest-direct \
	  --editable ".[all]" --requirement requirements/test.txt

$(BENCH_ENV)/.bench: .venv/.runtime requirements/bench.txt requirements/test.txt $(call gone,$(BENCH_ENV))
	@$(environment) $(BENCH_ENV) .bench ".venv/.runtime requirements/bench.txt requirements/test.txt" \
	  $(BENCH_ENV)/bin/python -m pip install --quiet --editable ".[all]" --requirement requirements/bench.txt

constraints:
	rm -rf build/constraints-env
	@CONSTRAINTS= $(environment) build/constraints-env .done "" \
	  build/constraints-env/bin/python -m pip install --quiet ".[all]" --requirement requirements/dev.txt
	{ sed -n '/^#/p' constraints.txt; build/constraints-env/bin/python -m pip freeze --exclude handover-core | sort -f; } \
	  >build/constraints.txt && mv build/constraints.txt constraints.txt

clean:
	rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .coverage .coverage.* htmlcov
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
