# SPDX-License-Identifier: Apache-2.0
# Thin: each target installs what is missing, builds and runs.
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help setup paper test check check-all eval-trading eval-trading-multiasset eval-mutants bench format
help:
	@echo "make paper         a paper session on the example signals and a synthetic market"
	@echo "make test          the whole suite"
	@echo "make eval-trading  the trading rulebook against the simulator; artifacts/evals/trading"
	@echo "make eval-trading-multiasset  the suites of the classes that are not enabled yet"
	@echo "make eval-mutants  seeded faults against that rulebook; artifacts/evals/mutants"
	@echo "make bench         speed against its limits; artifacts/bench"
	@echo "make check         the sanitizers (address and undefined: what reads or decides; thread: what has threads)"
	@echo "make check-all     everything under every preset"
	@echo "make format        clang-format over our sources"

setup:
	@scripts/setup

paper: setup
	@scripts/build release clawgate
	@build/release/gateway/clawgate paper --signals examples/signals.jsonl --market synthetic:1

test: setup
	@scripts/build dev all
	@ctest --preset dev -j4

check: setup
	@scripts/check asan
	@scripts/check tsan

check-all: setup
	@for preset in dev release gcc asan tsan; do scripts/build $$preset all && ctest --preset $$preset -j2 || exit 1; done
	@CLAWGATE_CRASH_POINTS=all build/dev/tests/crash/wire_crash_test

eval-trading: setup
	@scripts/build dev clawgate
	@build/dev/gateway/clawgate eval trading

eval-trading-multiasset: setup
	@scripts/build dev clawgate
	@build/dev/gateway/clawgate eval trading --asset-class all

# The dev preset: what is timed is the cases, and the suite has compiled most of it already.
eval-mutants: setup
	@scripts/build dev clawgate_mutants
	@scripts/mutants.py run --binary build/dev/evals/mutants/clawgate_mutants

bench: setup
	@scripts/build release clawgate_bench
	@build/release/bench/clawgate_bench

format:
	@git ls-files '*.h' '*.cc' | xargs clang-format -i
