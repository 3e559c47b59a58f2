# Two commands: `make run` serves the coach on http://127.0.0.1:7860, `make test` checks everything.

PYTHON ?= python3
BIN := .venv/bin
TORCH := 2.13.0
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint requirements.lock

.PHONY: run test lint lock clean

run: .venv/.installed
	$(BIN)/coach serve

# The index of the real documents is kept between runs. Two processes of one thread each, as threads of torch in several processes
# would wait for each other; the first to be done takes over tests of the other.
test: lint
	$(BIN)/coach ingest --index .venv/index
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal --coach-index=.venv/index --cov --cov-report=term --cov-fail-under=90

lint: .venv/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/coach check

.venv/.installed: pyproject.toml requirements.lock .venv/.torch
	$(PIP) --editable .
	touch $@

.venv/.tested: .venv/.installed
	$(PIP) --editable '.[dev]'
	touch $@

# torch first, because the newest one on the registry brings gigabytes of CUDA on Linux. Without an NVIDIA GPU, take the CPU
# build: one that pip finds (a local wheel, a configured index), else the publisher's own, which uv knows where to get; and
# where only the registry answers, its build after all.
.venv/.torch: .venv/bin/python
	@if [ "$$(uname -s)" != Linux ] || nvidia-smi -L >/dev/null 2>&1; then \
	    $(PIP) torch==$(TORCH); \
	else \
	    $(PIP) torch==$(TORCH)+cpu 2>/dev/null \
	    || { $(PIP) uv && UV_HTTP_TIMEOUT=20 $(BIN)/uv pip install --quiet --python $(BIN)/python --torch-backend cpu torch==$(TORCH) 2>/dev/null; } \
	    || { echo "No CPU build of torch can be had here: taking the registry's, which is large."; $(PIP) torch==$(TORCH); }; \
	fi
	touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv

# Resolves every version anew, for all declared versions of Python.
lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet uv
	.venv/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-header --no-annotate --upgrade -o requirements.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .coverage screenshots
