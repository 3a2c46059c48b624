# Two commands are enough: `make demo` shows Standpoint, `make test` checks it. `make help` lists the rest.

PORT ?= 8000
export PYTHON

# A folder that was moved or copied, or a Python that was removed, leaves a .venv that does not run.
STALE := $(shell test ! -d .venv || sh scripts/install --runs || echo FORCE)

demo: .venv/.installed
	@.venv/bin/standpoint demo --port $(PORT)

test: .venv/.installed-for-tests
	@.venv/bin/python scripts/gate.py $(if $(CI),--strict)

soak: .venv/.installed-for-tests
	@STANDPOINT_SOAK=1 .venv/bin/python scripts/gate.py

# 10,000 random requests to every operation of the API, in three roles; each told with its answers.
fuzz: .venv/.installed-for-tests
	@STANDPOINT_SOAK=1 .venv/bin/pytest tests/annotator/api/test_random_requests.py -q -p no:cacheprovider

lint: .venv/.installed-for-tests
	@.venv/bin/python scripts/gate.py --checks-only

format: .venv/.installed-for-tests
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

bench: .venv/.installed
	@.venv/bin/python scripts/list_benchmarks.py

# Index addresses stay out: everybody installs from their own.
constraints: .venv/.installed-for-tests
	@uv=$$(command -v uv || echo .venv/bin/uv); \
	"$$uv" pip compile pyproject.toml --all-extras --universal --upgrade --quiet \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file constraints.txt
	@echo "constraints.txt is up to date: run make test, then commit it."

# New sentences come into each catalog without a translation; a test fails until they have one.
translations: .venv/.installed
	@mkdir -p build
	@.venv/bin/pybabel --quiet extract --mapping-file pyproject.toml --keywords lazy_gettext --add-location file \
	    --sort-by-file --no-wrap --output-file build/standpoint.pot .
	@.venv/bin/pybabel --quiet update --domain standpoint --output-dir annotator/web/locale --no-wrap \
	    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --input-file build/standpoint.pot

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
	@find annotator exporters baselines tests scripts benchmarks -name __pycache__ -prune -exec rm -rf {} +

help:
	@echo "make demo         install, then show Standpoint on http://127.0.0.1:8000 (PORT=… changes it)"
	@echo "make test         format, linter, types, import contracts, all tests on SQLite and PostgreSQL"
	@echo "make soak         the same with full counts; this can take hours"
	@echo "make fuzz         10,000 random requests to the API, none of which may fail it"
	@echo "make lint         the checks of make test that are not tests"
	@echo "make format       bring the code into its format"
	@echo "make bench        list the benchmarks and how to call them"
	@echo "make constraints  choose the newest versions that pyproject.toml allows"
	@echo "make translations collect the interface's sentences into its catalogs"
	@echo "make clean        remove all that make has made; databases stay"
	@echo "PYTHON=…          the Python to install with; by default the newest that is found"

# The stamps are written last: an install that was cut off leaves none.
.venv/.installed: pyproject.toml constraints.txt $(STALE)
	@sh scripts/install
	@touch $@

.venv/.installed-for-tests: pyproject.toml constraints.txt $(STALE)
	@sh scripts/install postgres,dev
	@touch .venv/.installed $@

.PHONY: demo test soak fuzz lint format bench constraints translations clean help FORCE
.NOTPARALLEL:
