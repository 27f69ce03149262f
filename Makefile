# `make help` lists the targets. Nothing here needs protoc, Docker or a server.

CARGO   ?= cargo
CODEGEN := $(CARGO) run --quiet --locked --manifest-path codegen/Cargo.toml --
# What is built, tested and linted. Cargo unites the features of all packages that one command selects, so commands that
# select the same share what is compiled. `cargo run` selects one package, hence the way in which quickstart is started.
ALL := --locked --workspace --all-features
QUICKSTART = program=$$($(CARGO) build --quiet $(ALL) --example quickstart --message-format=json-render-diagnostics | \
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p'); \
    test -n "$$program" || exit 1
# Without the impls that every type has; cargo-semver-checks watches those.
LIST_API = $(CARGO) +$(NIGHTLY) public-api --omit blanket-impls,auto-trait-impls,auto-derived-impls --all-features --package $$package
VERSION ?= 1.39.0
GIVEN_VERSION := $(if $(filter-out file,$(origin VERSION)),yes)
TARGET  := $(abspath $(or $(CARGO_TARGET_DIR),target))
# The version of all packages.
RELEASE := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
# Cargo subcommands, in the versions that CI uses. The listing of the API depends on the toolchain, too.
MACHETE    := cargo-machete@0.9.2
PUBLIC_API := cargo-public-api@0.52.0
GUNGRAUN   := gungraun-runner@0.20.0
NIGHTLY    ?= nightly
LISTED     := weaviate weaviate-emulator
# What `make package` unpacks, each before those that depend on it.
ARCHIVES      = $(foreach part,-generated -derive -emulator,weaviate$(part)-$(RELEASE)) weaviate-$(RELEASE)
CHECK_ARCHIVE = $(CARGO) check --target-dir $(TARGET) \
    $(foreach part,generated derive emulator,--config 'patch.crates-io.weaviate-$(part).path="$(TARGET)/package/weaviate-$(part)-$(RELEASE)"')
# Modules with tests that run at a real server as well.
LIVE_TESTS = $(shell grep -rl live_bed tests/it --include='*.rs' | sed 's|^tests/it/||; s|/mod.rs$$||; s|.rs$$||; s|/|::|g' | grep -v '^support')
LIVE       = $(CARGO) test --quiet --locked --package weaviate --all-features --test it -- --test-threads=1

.DEFAULT_GOAL := help
.PHONY: help demo test replay record live-compare regen sync page preview history-test diff check bench bench-check bench-tools bench-build lint fmt tidy doc lint-tools api api-check api-tools package faults live live-import live-restarts ci

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## import and query 1,000 objects, in the emulator or at WEAVIATE_URL and WEAVIATE_GRPC_URL
	@$(QUICKSTART); "$$program"

test: ## the whole offline suite: client, emulator, generated code, generator
	$(CARGO) test $(ALL)
	$(CARGO) test --locked --manifest-path codegen/Cargo.toml

replay: ## send the recorded exchanges to the emulator (or to WEAVIATE_URL) and count what agrees
	@summary=$$(mktemp); REPLAY_SUMMARY=$$summary $(CARGO) test --quiet --locked --package weaviate-emulator --test it recorded_steps -- --nocapture; \
	status=$$?; tail -n 1 $$summary; rm -f $$summary; exit $$status

record: ## repeat the recorded requests at a real server (WEAVIATE_URL, WEAVIATE_GRPC_URL) and rewrite the replies
	@RECORD=1 $(CARGO) test --quiet --locked --package weaviate-emulator --test it record::record -- --nocapture --ignored

live-compare: ## send emulator/tests/requests/ to the emulator and to a real server: the replies have to agree (COMPARE=objects,search)
	@test -n "$$WEAVIATE_URL" || { echo "make live-compare needs WEAVIATE_URL and WEAVIATE_GRPC_URL"; exit 2; }
	@$(CARGO) test --quiet --locked --package weaviate-emulator --test it live_compare::live_compare -- --nocapture --ignored

regen: ## specs/ -> generated/, and the version of the contract in docs/crate.md and CHANGELOG.md
	$(CODEGEN) generate

# What is given as VERSION, FROM and so on reaches the shell as it was typed, in the environment: neither make nor the shell
# runs what is in it.
sync preview: override export VERSION := $(value VERSION)
sync preview diff: override export FROM := $(value FROM)
sync: override export GIT := $(value GIT)
sync page: override export BASE := $(value BASE)
sync page: override export LOG := $(value LOG)
history-test: override export CONTRACTS := $(value CONTRACTS)
diff: override export TO := $(value TO)
PAGE = $(CODEGEN) page $${BASE:+--base "$$BASE"} $${LOG:+--log "$$LOG"}

sync: ## fetch the contract of VERSION into specs/ and print its page (FROM=dir or GIT=dir to read a folder or a clone); 1.40.0-rc.1, a branch or a commit is a preview
	@$(CODEGEN) sync --version "$$VERSION" $${FROM:+--from "$$FROM"} $${GIT:+--git "$$GIT"}
	@$(PAGE)

page: ## what the contract in specs/ changes since the commit BASE (HEAD); LOG=file ends the page with the output of a failed check
	@$(PAGE)

# Without VERSION, the version that FROM states: the default of the variable is that of `make sync`.
preview: ## the page of the contract in FROM, and what would not compile; fails if something would not. Works in target/preview only
	@test -n "$$FROM" || { echo "make preview needs FROM, a folder laid out like Weaviate's repository"; exit 2; }
	@$(CODEGEN) preview --from "$$FROM" $(if $(GIVEN_VERSION),--version "$$VERSION")

history-test: ## replay the contracts in CONTRACTS (a folder for each release): sync, generate and compile each
	@test -n "$$CONTRACTS" || { echo "make history-test needs CONTRACTS, a folder with the contracts of releases"; exit 2; }
	@$(CODEGEN) history-test --contracts "$$CONTRACTS" --target-dir "$${CARGO_TARGET_DIR:-target}/history-test"

diff: ## what changes between two contracts: make diff FROM=tree TO=tree
	@test -n "$$FROM" && test -n "$$TO" || { echo "make diff needs FROM and TO, folders with a contract each"; exit 2; }
	@$(CODEGEN) diff "$$FROM" "$$TO"

check: ## is generated/ what specs/ says, and do docs/operations.toml, the words and the documents follow it?
	$(CODEGEN) check

bench: ## CPU beside the bare stub and the transport floor, peak memory, allocations (ROUNDS=10, JOBS=query,concurrent,fetch,insert)
	@$(CARGO) bench --quiet --locked --package weaviate --bench query --bench allocations

bench-check: ## instructions of each job beside the committed counts, within 2 % (needs valgrind and make bench-tools; UPDATE_COUNTS=1 rewrites them)
	@cd benches/instructions && $(CARGO) run --quiet --locked --bin check

bench-tools: ## installs gungraun-runner, which runs the jobs of make bench-check under valgrind
	$(CARGO) install --locked $(GUNGRAUN)

bench-build: ## a cold build beside qdrant-client's: CPU seconds and crates
	@benches/build.sh

fmt: ## format everything
	$(CARGO) fmt --all
	$(CARGO) fmt --all --manifest-path codegen/Cargo.toml

lint: ## formatting, clippy (warnings are errors), unused dependencies
	$(CARGO) fmt --all --check
	$(CARGO) fmt --all --check --manifest-path codegen/Cargo.toml
	$(CARGO) clippy $(ALL) --all-targets -- -D warnings
	$(CARGO) clippy --locked --package weaviate --no-default-features -- -D warnings
	$(CARGO) clippy --locked --package weaviate --no-default-features --features tls -- -D warnings
	$(CARGO) clippy --locked --manifest-path codegen/Cargo.toml --all-targets -- -D warnings
	@.ci/unused

tidy: ## the rules that no compiler knows, with their figures (TIDY_REPORT=1 lists all that a check finds)
	@$(CARGO) test --quiet --locked --package weaviate --all-features --test it tidy:: -- --nocapture --test-threads=1

doc: ## API documentation, warnings are errors
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --all-features --package weaviate --package weaviate-emulator

api: ## the public API -> api/*.txt (needs a nightly toolchain; make api-tools)
	@mkdir -p api
	@for package in $(LISTED); do $(LIST_API) >api/$$package.txt || exit 1; done

api-check: ## does api/*.txt list the public API? Skipped without its tools
	@if ! $(CARGO) +$(NIGHTLY) public-api --version >/dev/null 2>&1; then \
	    echo "skipped: make api-check needs the toolchain $(NIGHTLY) and $(PUBLIC_API)"; exit 0; fi; \
	listed=$$(mktemp); trap 'rm -f "$$listed"' EXIT; \
	for package in $(LISTED); do $(LIST_API) >"$$listed" && diff -u api/$$package.txt "$$listed" || \
	    { echo "the public API of $$package has changed: run make api, read the diff, commit it"; exit 1; }; done

lint-tools: ## installs cargo-machete, which looks for unused dependencies
	$(CARGO) install --locked $(MACHETE)

api-tools: ## installs cargo-public-api
	$(CARGO) install --locked $(PUBLIC_API)

# Cargo's own check of an archive takes the archives it depends on from its cache, where those of an earlier run may lie: for
# a registry in a folder it looks at name and version only. Here the archives are unpacked each time, with the time of the day
# by which cargo sees a change, and patched in.
package: ## the archives to be published: each is built by itself, and the examples and unit tests of the client compile
	@$(CODEGEN) publishable
	@for part in generated derive emulator; do for licence in LICENSE-MIT LICENSE-APACHE; do cmp $$licence $$part/$$licence || exit 1; done; done
	$(CARGO) package --locked --workspace --exclude weaviate-derive-tests --allow-dirty --no-verify
	cd $(TARGET)/package && for archive in $(ARCHIVES); do rm -rf $$archive && tar -xzmf $$archive.crate || exit 1; done
	for archive in $(ARCHIVES); do $(CHECK_ARCHIVE) --manifest-path $(TARGET)/package/$$archive/Cargo.toml || exit 1; done
	$(CHECK_ARCHIVE) --all-features --all-targets --manifest-path $(TARGET)/package/weaviate-$(RELEASE)/Cargo.toml

live: ## quickstart and all tests that can run there, at the real server WEAVIATE_URL, WEAVIATE_GRPC_URL, which must be empty
	@test -n "$$WEAVIATE_URL" || { echo "make live needs WEAVIATE_URL (and WEAVIATE_GRPC_URL)"; exit 2; }
	@$(LIVE) --ignored --exact support::live::the_server_has_no_collections_to_lose
	@$(QUICKSTART); for protocol in grpc grpc-web; do WEAVIATE_PROTOCOL=$$protocol "$$program" || exit 1; done
	$(LIVE) $(LIVE_TESTS); status=$$?; $(LIVE) --ignored --exact support::live::the_collections_of_the_tests_are_deleted; exit $$status

faults: ## every mode of a batch through every fault, 10,000 objects each over all protocols: prints the table
	$(CARGO) test --quiet --locked --package weaviate --all-features --test it batch::fault_table::full_table -- --ignored --nocapture

live-import: ## 100,000 objects by each mode of a batch to the real server WEAVIATE_URL, WEAVIATE_GRPC_URL, counted back (OBJECTS=100000, ROUNDS=1)
	@test -n "$$WEAVIATE_URL" || { echo "make live-import needs WEAVIATE_URL and WEAVIATE_GRPC_URL"; exit 2; }
	@$(CARGO) bench --quiet --locked --package weaviate --bench live_import

live-restarts: ## kills the server WEAVIATE_BINARY under load and starts it again, one node, then three (6 minutes, ports 21200 to 21229)
	@test -n "$$WEAVIATE_BINARY" || { echo "make live-restarts needs WEAVIATE_BINARY, the executable of a Weaviate server"; exit 2; }
	$(CARGO) test --locked --package weaviate --all-features --test it -- --ignored --nocapture --test-threads=1 live_restarts::

ci: lint check test doc package ## what has to pass before anything lands
