# One word for each thing one does here; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: run test lint format lock translations validate bench clean help setup
PYTHON := .venv/bin/python
PORT ?= 8000
export PORT

run: ## a site with sample content at http://localhost:8000 (make run PORT=8001)
	@scripts/setup && exec $(PYTHON) -m scripts.run

test: ## everything CI checks: lint, types, migrations, texts, both databases, browser
	@scripts/setup && exec $(PYTHON) -m scripts.check

lint: ## the quick checks alone, without a test
	@scripts/setup && exec $(PYTHON) -m scripts.check --lint

format: ## format the code and mend what ruff can mend
	@scripts/setup
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

lock: ## resolve the dependencies of pyproject.toml anew into both locks
	@scripts/setup
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	@scripts/lock

translations: ## bring new texts into locale/ and compile (needs gettext)
	@scripts/setup
	@$(PYTHON) -m scripts.translations update
	@$(PYTHON) -m scripts.translations compile

validate: ## every page of the sample site by the W3C's checker (needs Java and npm)
	@scripts/setup && exec $(PYTHON) -m scripts.validate

bench: ## the benchmarks, a table each
	@scripts/setup && $(PYTHON) -m bench.post_page && $(PYTHON) -m bench.insert && $(PYTHON) -m bench.classifier && $(PYTHON) -m bench.desk && $(PYTHON) -m bench.search && $(PYTHON) -m bench.page_weight && $(PYTHON) -m bench.pages_ready && $(PYTHON) -m bench.posters && exec $(PYTHON) -m bench.accepting

clean: ## remove .venv, caches and compiled texts; data in var/ and .env stay
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

setup: ## only make .venv with the locked packages
	@scripts/setup

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
