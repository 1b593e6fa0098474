# `make` alone lists what there is. ARGS="..." goes to the program behind a target: make test ARGS="--test it start".

WITH_SERVICES = scripts/services up && eval "$$(scripts/services env)" &&
WITH_TEST_SERVICES = scripts/services up --tests && eval "$$(scripts/services env --tests)" &&
# Each target selects the whole workspace and then a part of it: for other packages, cargo would build their dependencies again, with
# other features.
ALL = --workspace --locked
BUILD_BOTS = cargo build $(ALL) --bin ostankino --bin ostankino-shop --test it
WITH_BROWSER = browser=$$(scripts/browser) && mermaid=$$(scripts/mermaid) && eval "$$browser" && eval "$$mermaid" &&

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-release test-page pictures chaos chaos-can-fail takeover beside conformance check lint fmt doc package monitoring deny shear msrv advisories build migrate bench bench-mailing bench-emulator bench-parts instructions docker docker-emulator services-up services-down services-status clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: ## set everything up and run the service (without a token: against the emulator)
	@scripts/run $(ARGS)

# Tests mostly wait, for servers that start and deadlines of theirs: more of them at once than there are cores.
test: ## set everything up and run every test
	scripts/services tools && $(BUILD_BOTS)
	$(WITH_TEST_SERVICES) RUST_TEST_THREADS=$${RUST_TEST_THREADS:-6} cargo test $(ALL) $(ARGS)

test-release: ## test in the release build how deep JSON may be: its stack frames are others
	cargo test --release --locked --package ostankino-telegram --lib bounds

test-page: ## test the emulator's page in a real browser (Chromium or Chrome)
	$(BUILD_BOTS)
	$(WITH_BROWSER) $(WITH_TEST_SERVICES) cargo test $(ALL) --test page $(ARGS)

pictures: ## take the pictures of the page for the documentation again
	$(WITH_BROWSER) $(WITH_TEST_SERVICES) OSTANKINO_TEST_PICTURES=$(CURDIR)/docs/pictures cargo test $(ALL) --test page pictures

chaos: ## kill processes at every point of the protocol, longer than `test` does
	$(WITH_SERVICES) cargo test $(ALL) --test chaos -- $(or $(ARGS),--updates 10000 --kills 60 --processes 4 --long)

chaos-can-fail: ## the same with parts of the protocol taken out: the checks must see it
	$(WITH_SERVICES) cargo test $(ALL) --test chaos -- --prove $(ARGS)

takeover: ## measure how long people wait when a process ends, comes back or joins
	$(WITH_SERVICES) cargo test $(ALL) --test chaos -- --takeover $(or $(RUNS),10)

beside: ## measure how fast people are answered beside a mailing, and beside 10,000 timers that are due
	$(WITH_TEST_SERVICES) cargo test --release --locked --features ostankino/test --test beside -- $(or $(ARGS),3)

conformance: ## run bots of other libraries (Python, Node, Rust) against the emulator; not part of test
	@conformance/run $(ARGS)

check: deny shear package monitoring msrv lint doc test test-page instructions ## everything CI checks: deny, shear, package, monitoring, msrv, lint, doc, test, test-page, instructions
	@echo "check: done. Known vulnerabilities are looked for by \`make advisories\`, which needs the network."

lint: ## formatting and clippy, warnings are errors
	cargo fmt --all --check
	cargo clippy $(ALL) --all-targets -- -D warnings
	cargo clippy $(ALL) --test page -- -D warnings
	cargo clippy --package ostankino --no-default-features --locked -- -D warnings

fmt: ## format the sources
	cargo fmt --all

doc: ## build the documentation, warnings are errors
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

package: ## what would be published: that each package holds together, without building it once more
	cargo publish --workspace --dry-run --no-verify --locked --allow-dirty

monitoring: ## the alerts for Prometheus: that each fires where it should, and nowhere else
	@scripts/monitoring

deny: ## licences, bans and sources of the dependencies
	scripts/tool cargo-deny --workspace check --hide-inclusion-graph bans licenses sources

shear: ## dependencies nobody uses
	scripts/tool cargo-shear --deny-warnings

msrv: ## the oldest Rust that is promised
	@scripts/msrv

advisories: ## known vulnerabilities of the dependencies (fetches their database; not part of check)
	@scripts/advisories

build: ## build the service for production
	cargo build --release --locked --package ostankino-demo

migrate: ## run the database migrations (the service also does it when it starts)
	$(WITH_SERVICES) cargo run --quiet --locked --package ostankino-demo -- migrate

# Both in one build, so that they share their dependencies; what else is measured, the bench builds itself.
bench: ## measure the service beside the same bot on teloxide and beside the limits (ARGS=--help)
	cargo build --release --locked --package ostankino-bench --package ostankino-bench-bot
	$(WITH_SERVICES) $${CARGO_TARGET_DIR:-target}/release/bench $(ARGS)

bench-mailing: ## measure a mailing to 1,000,000 users without limits (ARGS=--help)
	cargo build --release --locked --package ostankino-bench --package ostankino-bench-bot
	$(WITH_SERVICES) $${CARGO_TARGET_DIR:-target}/release/bench mailing $(ARGS)

bench-emulator: ## measure the emulator: messages a second, and the memory of a large world (ARGS=0.1: a tenth of it)
	cargo bench --locked --package telegram-emulator --bench load -- $(ARGS)

bench-parts: ## measure the pure parts of the hot path by time
	cargo bench --locked --package ostankino-bench-micro --bench time -- $(ARGS)

instructions: ## count the instructions of these parts: fails above the committed counts (ARGS=--accept for new ones)
	@scripts/instructions $(ARGS)

docker: ## build the image
	docker build --tag ostankino .

docker-emulator: ## build the emulator's image
	docker build --file emulator/Dockerfile --tag telegram-emulator .

services-up: ## start PostgreSQL, NATS and Redis, installing what is missing
	@scripts/services up

services-down: ## stop them
	@scripts/services down

services-status: ## say what runs where
	@scripts/services status

clean: ## stop the services, remove their data and everything built
	@scripts/services down --purge
	cargo clean
	rm -rf conformance/*/.venv conformance/*/node_modules conformance/*/target
