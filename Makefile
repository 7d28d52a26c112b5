# Two commands: `make run` serves the map on http://127.0.0.1:8080, `make test` the tests; the long ones and those with other
# programs are by hand: crash, load, million, phone, exact, peers, interop, counts.
# Each works on a fresh machine that has Rust and Node.js; system packages are brought by .ci/packages.

ADDR            ?= 127.0.0.1:8080
GIAPRANH_DATA   ?= $(CURDIR)/data
# Boundary files beside the checkout, laid out as HOST/PATH, are used instead of the network.
GIAPRANH_MIRROR ?= $(wildcard $(CURDIR)/../shared/mirror)
GIAPRANH_SHARED ?= $(wildcard $(CURDIR)/../shared)
TARGET_DIR      := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
GIAPRANH        := $(TARGET_DIR)/release/giapranh
export GIAPRANH_DATA GIAPRANH_MIRROR GIAPRANH_SHARED

WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/e2e/*' 2>/dev/null)

# What the engine for phones is made of.
PHONE_MODULE  := web/public/phone/giapranh_bg.wasm
PHONE_SOURCES := Cargo.toml Cargo.lock $(wildcard .ci/wasm* .ci/strip-wasm.mjs) \
    $(shell find src/lib.rs src/domain src/crs src/atlas src/engine src/service src/phone -name '*.rs' 2>/dev/null)

.PHONY: run serve build wasm boundaries test check e2e pictures interop peers phone crash load bench fmt clean

run: build boundaries serve

serve:
	@"$(GIAPRANH)" serve --addr $(ADDR)

build: web/dist/index.html
	@.ci/packages run
	cargo build --release --locked

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@.ci/packages run
	cd web && npm ci --no-audit --no-fund
	@touch $@

# A machine that cannot compile to WebAssembly gets a server without it, and a word.
wasm: $(PHONE_MODULE)
$(PHONE_MODULE): $(PHONE_SOURCES)
	@.ci/packages run
	@.ci/wasm
	@[ ! -e $@ ] || touch $@

web/dist/index.html: $(WEB_SOURCES) $(PHONE_MODULE) web/node_modules/.package-lock.json
	cd web && npm run build
	@touch $@

# Without network and mirror (exit code 1) the program runs on its built-in indicative set, and says so everywhere. Any
# other failure, such as an argument nobody can read, stops here.
boundaries:
	@"$(GIAPRANH)" boundaries pull || { [ $$? -eq 1 ] && echo "giapranh: no boundaries could be pulled; going on with what is there"; }

test: packages-test build check
	cd web && npm test
	cargo test --release --locked
	benches/counts "$(LOOKUPS)"
	$(MAKE) e2e
	$(MAKE) interop-short

.PHONY: packages-test
packages-test:
	@.ci/packages test

check:
	cargo fmt --check
	cargo clippy --release --locked --all-targets -- -D warnings
	cd web && npm run check

# The browser journeys against a server of their own, with data of their own: the official boundaries where a mirror is
# at hand, then the indicative set.
e2e: build
	@.ci/packages test
	.ci/e2e "$(GIAPRANH)"

# The pictures of docs/img, taken by the journeys at three widths.
PICTURES := field-2-answer field-5-waiting field-8-offline field-9-map desk-2-chosen data-2 2-click
pictures: build
	PICTURES=1 LANGS=vi SIZES=phone,tablet,desktop SHOTS="$(TARGET_DIR)/shots" .ci/e2e "$(GIAPRANH)"
	@mkdir -p docs/img
	for what in $(PICTURES); do for size in phone tablet desktop; do \
	  cp "$(TARGET_DIR)/shots/indicative/$$size-vi-$$what.png" docs/img/; done; done

# GDAL, OWSLib, QGIS and schemathesis against a server of its own, every export opened, compared and taken in again, tiles
# against GEOS. What is not installed is told; under CI it is a failure. Files, logs and the picture QGIS drew stay in
# target/interop. The short version is part of `make test`.
INTEROP := tests/interop/run "$(GIAPRANH)" "$(TARGET_DIR)/interop"
interop: build
	@.ci/packages test
	$(INTEROP)

.PHONY: interop-short
interop-short: build
	@.ci/packages test
	TILES=100 EXAMPLES=3 PHASES=examples,fuzzing $(INTEROP)

# The same done by other programs. By hand: brings Python packages.
# `peers-slivers`: slivers by GEOS and PROJ, from the published files (needs the mirror).
# `peers-lookups`: points among all communes of Vietnam, in one run with every peer (needs ../shared/bench); writes the table
# and plot of docs/PERFORMANCE.md. PEERS_POSTGRES names a database to run PostGIS in.
PEERS        := $(TARGET_DIR)/peers
PEERS_POINTS ?= 1000000
PEERS_GEOS   ?= 10000000
BENCH        ?= $(GIAPRANH_SHARED)/bench/vn-communes-2025.geojsonl.gz
LOOKUPS      := $(TARGET_DIR)/release/examples/lookups
peers: peers-slivers peers-lookups

peers-slivers: build
	@test -n "$(GIAPRANH_MIRROR)" || { echo "make peers needs GIAPRANH_MIRROR"; exit 1; }
	@test -x "$(PEERS)/bin/python" || python3 -m venv "$(PEERS)"
	"$(PEERS)/bin/pip" install -q -r geodata/scripts/requirements.txt
	GIAPRANH_DATA="$(PEERS)/data" "$(GIAPRANH)" boundaries pull
	GIAPRANH_DATA="$(PEERS)/data" "$(PEERS)/bin/python" tests/peers/slivers.py "$(GIAPRANH)" "$(GIAPRANH_MIRROR)"

peers-lookups: lookups
	@test -x "$(PEERS)/bin/python" || python3 -m venv "$(PEERS)"
	"$(PEERS)/bin/pip" install -q -r benches/peers/requirements.txt
	"$(PEERS)/bin/python" benches/peers/peers.py "$(LOOKUPS)" "$(BENCH)" docs/PERFORMANCE.md \
	  --points $(PEERS_POINTS) --geos $(PEERS_GEOS)

.PHONY: lookups peers-slivers peers-lookups exact counts
lookups: web/dist/index.html
	@.ci/packages run
	cargo build --release --locked --example lookups

# The cell index against the R-tree, point by point over all of Vietnam; some ten thousand points in `make test`.
EXACT_POINTS ?= 100000000
exact: lookups
	"$(LOOKUPS)" exact "$(BENCH)" $(EXACT_POINTS)

# Instructions of the inner loops, which no clock and no neighbour on the machine changes, against limits (needs valgrind).
counts: lookups
	benches/counts "$(LOOKUPS)"
# The phone's answers against the server's: some hundred in `make test`, as many as wanted here.
PHONE_POINTS ?= 10000
phone: build
	PHONE_POINTS=$(PHONE_POINTS) cargo test --release --locked --test it -- phone_agrees:: --nocapture

# Killed again and again under load, on both stores; 6 times in `make test`, 200 here.
KILLS ?= 200
crash: build
	@.ci/packages test
	KILLS=$(KILLS) cargo test --release --locked --test it -- crash:: --nocapture

# Ten minutes of reading and reporting over 200 000 incidents; some seconds over some thousand in `make test`.
LOAD_SECONDS ?= 600
LOAD_INCIDENTS ?= 200000
load: build
	LOAD_SECONDS=$(LOAD_SECONDS) LOAD_INCIDENTS=$(LOAD_INCIDENTS) cargo test --release --locked --test it -- load:: --nocapture

# Pages, files and downloads of very many incidents, on both stores; some thousand in `make test`, a million here.
.PHONY: million
MILLION ?= 1000000
million: build
	@.ci/packages test
	MILLION=$(MILLION) cargo test --release --locked --test it -- million:: --nocapture --test-threads=1

bench: build boundaries
	cargo bench --locked

fmt:
	cargo fmt

clean:
	rm -rf web/dist web/node_modules data
	cargo clean
