# Every command of the house. `make` lists them; CI runs `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.PHONY: help demo test check bench proof setup lint types contracts frontend words reference lock clean

BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Tests start many processes; without compiled files each would compile everything again.
export PYTHONDONTWRITEBYTECODE :=

LOANS ?= 20000
SERVE ?= 1
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)
TESTS ?=

help: ## this list 列出命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## a synthetic lender of 20,000 loans in your browser (SERVE=0 stops before serving) 演示
	@setup/demo.sh "$(LOANS)" "$(SERVE)"

test: setup-to-test lint types contracts ## everything CI runs; ends with pytest's summary 全部测试
	@setup/test.sh -n $(WORKERS) $(TESTS)

check: setup lint types contracts ## what to run before a commit: about a minute 提交前检查
	@$(BIN)/pytest -q -n $(WORKERS) tests/house tests/core tests/proof/test_walk.py src/dunwell/core

bench: setup ## the bench table, each figure beside a floor of the same run 基准
	@failed=0; for file in $$(grep -l __main__ bench/*.py); do \
	    $(BIN)/python -m "bench.$$(basename "$$file" .py)" || failed=1; done; exit $$failed

proof: setup ## the slow proofs: the gate to a depth, 10,000 examples a property, the sender killed 20 times 深度验证
	@if [ -f bench/proof.py ]; then $(BIN)/python -m bench.proof; fi
	@$(BIN)/pytest -q -n $(WORKERS) --hypothesis-profile=proof tests/core $(wildcard tests/proof) \
	    tests/flows/contact/test_sender_killed.py \
	    tests/bulk/test_features_kernel_equals_core.py tests/bulk/test_ageing_kernel_equals_core.py \
	    tests/flows/day_run/test_recompute_decision.py tests/flows/day_run/test_reage_equals_run.py

setup: ## install what `make demo` needs; quick when nothing changed 安装
	@setup/all.sh

.PHONY: setup-to-test
setup-to-test:
	@setup/all.sh --to-test

lint: setup
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types: setup
	@DUNWELL_HOME=var/types $(BIN)/mypy

contracts: setup
	@$(BIN)/lint-imports --no-cache --no-logo

frontend: setup ## rebuild styles and scripts on every change 前端开发
	@PATH="$$(setup/find-node.sh):$$PATH" npm --prefix frontend run watch

words: setup ## collect the screens' Chinese strings into the English catalogues 收集译文
	@$(BIN)/python -m tests.house.collect_words

reference: setup ## write docs/cli.md from the commands 生成命令文档
	@DUNWELL_HOME=var/reference $(BIN)/python -m tests.house.cli_reference

lock: setup ## renew requirements/ from pyproject.toml 更新依赖锁
	@setup/lock.sh

clean: ## remove what was built; keeps the demo's data 清理
	@rm -rf .venv frontend/node_modules src/dunwell/faces/web/static/dist var \
	    .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests bench -name __pycache__ -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
