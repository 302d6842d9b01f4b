# flexpark's commands. Every target sets up what it needs first; a second call does no set-up again.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test matrix sweep check bench emulator sdk newsdk typescript compat clean

PY := .venv/bin/python
# The engine first on PATH, then the virtual environment: Pulumi finds its language host and Python there.
ENGINE = PATH="$$($(PY) src/flexpark/cli/engine.py):$(CURDIR)/.venv/bin:$$PATH"
PYTEST_ARGS ?= -n 2 --dist loadfile

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## set up this checkout (virtual environment, packages, Pulumi engine)
	@python3 tools/setup.py

demo: setup ## run the main job against the emulator: up, park, resume, change, drain, destroy (ARGS=--keep leaves it up)
	@$(PY) -m flexpark.cli demo $(ARGS)

test: setup ## run all tests
	npm --prefix functions_src test --silent
	$(ENGINE) $(PY) -m pytest $(PYTEST_ARGS)

matrix: setup ## play the whole fault matrix (ARGS=--matrix=apart: each case to its end; --matrix-patience=4: on a busy machine)
	$(ENGINE) $(PY) -m pytest tests/faults -n 2 --dist loadfile --matrix=whole $(ARGS)

sweep: setup ## kill an up after each of its requests, engine and provider, and finish it (make test: a sample of it)
	$(ENGINE) FLEXPARK_SWEEP=whole $(PY) -m pytest tests/stack/test_sigkill_sweep.py -n 2 --dist load -rP

check: setup ## ruff, mypy strict, import-linter, environments and their routing, ESLint, the generated SDK is fresh
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/flexpark validate --all
	.venv/bin/flexpark test-routing --all
	npm --prefix functions_src run lint --silent
	functions_src/node_modules/.bin/eslint -c functions_src/eslint.config.js src/twilio_emulator/runner/node
	$(PY) -m twilio_provider.pipeline --check
	@if command -v go >/dev/null; then cd tools/generate-sdk && go run . -check ../../pulumi-twilio; \
	else echo "check: no Go on this machine, so the generated SDK was not compared with the schema"; fi

bench: setup ## print tables of requests and times, write build/bench.json
	$(ENGINE) $(PY) -m tools.bench

emulator: setup ## start the emulator in the foreground
	@$(PY) -m flexpark.cli emulate

sdk: setup ## derive the provider's catalogue and generate the Python SDK again
	$(PY) -m twilio_provider.pipeline
	cd tools/generate-sdk && go run . ../../pulumi-twilio

newsdk: setup ## what the newest release of Twilio's SDK (or SDK="==9.14.0") changes in the provider's catalogue
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target build/newest-twilio "twilio$(SDK)"
	@PYTHONPATH="build/newest-twilio:pulumi-twilio" $(PY) -m twilio_provider.pipeline --diff

typescript: ## generate the TypeScript SDK into the example and type-check the example against it
	cd tools/generate-sdk && go run . -language nodejs -out ../../pulumi-twilio/examples/typescript/sdk ../../pulumi-twilio
	cd pulumi-twilio/examples/typescript && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && npm run check --silent

COMPAT_PYTHONS ?= $(foreach v,3.11 3.12 3.13,$(shell PYENV_VERSION=$$(pyenv latest $(v) 2>/dev/null) python$(v) -c 'import sys; print(sys.executable)' 2>/dev/null))
WHEEL = tests/stack/provider/test_wheel.py
compat: setup ## test with the oldest and newest of what the provider runs with: packages, each Python here, engine, TypeScript
	$(ENGINE) COMPAT_PYTHONS="$(COMPAT_PYTHONS)" $(PY) -m pytest $(WHEEL) tests/stack/provider/test_typescript.py -v -n 0
	newest="$$(nice -n 15 $(PY) -m tools.engine.newest)" && PATH="$$newest:$(CURDIR)/.venv/bin:$$PATH" COMPAT_ENGINE=newest \
	COMPAT_PYTHONS="$(lastword $(COMPAT_PYTHONS))" $(PY) -m pytest $(WHEEL) tests/stack/provider/test_park_inventory.py -v -n 0

clean: ## remove what was set up and built in this checkout (not this user's cache)
	rm -rf .venv build functions_src/node_modules
