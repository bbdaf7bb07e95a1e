# Holdline.  What you can ask for:
#
#   make                build build/holdline
#   make run            everything for real: a private Redis, the workers and nginx; prints the address
#                       (PORT=8080 RUN_DIR=run WORKERS=2 are its variables; Ctrl-C stops it all)
#   make test           unit, system and browser tests (installs what they need)
#   make lint           format, static analysis, include direction, shell scripts, nginx -t
#   make bench          the benchmark, into build/bench/; make bench-peers: others beside it; BENCH="--quick"
#   make bench-shop     the same of the shop, beside the chat
#   make bench-sign-ins how long others wait while many sign in
#   make soak           a site under load with faults at random, for SOAK_S=600 seconds
#   make shop-races     five hundred race for ten, SHOP_RACES=100 times
#   make install        binary, pages and nginx files below $(DESTDIR)$(PREFIX); make uninstall removes them
#   make clean
#
# The tests by kind: make test-unit test-system test-browser test-faults bench-check.
# What parses bytes from outside is fuzzed: make fuzz (FUZZ_S=600 is the time for each target, FUZZ_TARGETS="form text"
# some of them); make fuzz-check tries the inputs that are kept, in seconds.
# An analyzer may be left out where it is not at hand: make lint LINT_SKIP="cppcheck fanalyzer".

PREFIX  ?= /usr/local
DESTDIR ?=
PORT    ?= 8080
RUN_DIR ?= run
WORKERS ?= $(shell nproc)
WERROR  ?= $(if $(CI),-Werror)
PYTEST  ?= /usr/bin/python3 -m pytest
# Files of tests at the same time: they wait more than they compute.
TEST_JOBS ?= 3
FUZZ_CC ?= clang
FUZZ_S  ?= 600
SOAK_S  ?= 600
SHOP_RACES ?= 100

PACKAGES   := libuv hiredis json-c libsodium libwebsockets sqlite3 libpq
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lfcgi -lunistring

GCC_ONLY := -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Walloca -Wjump-misses-init
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion \
            -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wwrite-strings -Wcast-qual -Wpointer-arith -Wformat=2 -Wundef -Wvla \
            -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference
WARNINGS += $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),,$(GCC_ONLY))

BASE_CFLAGS := -std=c11 -D_GNU_SOURCE -Ifcgi -Ibuild/gen $(PKG_CFLAGS) $(WARNINGS) $(WERROR)
# -fcf-protection exists on x86 only.
CF_PROTECTION := $(if $(filter x86_64 i%86,$(shell uname -m)),-fcf-protection)
HARDEN      := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection $(CF_PROTECTION) -fPIE
HARDEN_LD   := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,-z,defs
CFLAGS      ?= -O2 -g
SAN_CFLAGS  := -O1 -g3 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_CFLAGS := $(SAN_CFLAGS) -fsanitize=fuzzer-no-link

PROGRAMS := $(wildcard fcgi/*.c)
LAYERS   := $(wildcard fcgi/*/*.c)
SCRIPTS  := $(wildcard fcgi/services/*.lua)
SCRIPT_H := $(SCRIPTS:fcgi/services/%.lua=build/gen/%.lua.h) build/gen/migrations.sql.h
MIGRATIONS := $(sort $(wildcard sql/*.sql))
UNIT     := $(wildcard tests/unit/*/test_*.c)
UNIT_BIN := $(UNIT:%.c=build/san/%)
OBJ      := $(PROGRAMS:%.c=build/%.o) $(LAYERS:%.c=build/%.o)
SAN_OBJ  := $(PROGRAMS:%.c=build/san/%.o) $(LAYERS:%.c=build/san/%.o)
SAN_LIB  := $(LAYERS:%.c=build/san/%.o)
FUZZ     := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_OBJ := $(patsubst %.c,build/fuzz/%.o,$(filter-out $(FUZZ),$(wildcard tests/fuzz/*.c)) $(LAYERS))
FUZZ_TARGETS ?= $(FUZZ:tests/fuzz/fuzz_%.c=%)
FUZZ_BIN := $(FUZZ_TARGETS:%=build/fuzz/fuzz_%)

# The instrument (tests/bench): a load generator and a trivial peer, made of their own files and the base layer.
BENCH    ?=
BASE_OBJ := $(filter build/fcgi/base/%,$(OBJ))
LOAD     := $(wildcard tests/bench/load/*.c)
LOAD_OBJ := $(LOAD:%.c=build/%.o)
LOAD_SAN := $(patsubst %.c,build/san/%.o,$(filter-out %/main.c,$(LOAD)))
PEER_OBJ := build/tests/bench/peers/holder.o

.PHONY: all san run test test-unit test-system test-browser lint lint-all install uninstall clean \
        deps-build deps-run deps-test deps-lint bench bench-peers bench-check fuzz fuzz-check deps-fuzz deps-bench test-faults soak shop-races bench-shop bench-sign-ins
.DELETE_ON_ERROR:
.SECONDARY:

all: build/holdline
san: build/san/holdline

build/holdline: $(OBJ)
	@echo "  LD   $@"
	@$(CC) $(CFLAGS) $(HARDEN_LD) -o $@ $^ $(PKG_LIBS)

build/san/holdline: $(SAN_OBJ)
	@echo "  LD   $@"
	@$(CC) $(SAN_CFLAGS) -o $@ $^ $(PKG_LIBS)

build/%.o: %.c Makefile | $(SCRIPT_H)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(HARDEN) -MMD -MP -c -o $@ $<

build/san/%.o: %.c Makefile | $(SCRIPT_H)
	@mkdir -p $(@D)
	@echo "  SAN  $<"
	@$(CC) $(BASE_CFLAGS) $(SAN_CFLAGS) -MMD -MP -c -o $@ $<

# A Lua script becomes an array (a C string may be too short for one), without comments and indentation, with its hash, by
# which Redis knows it.
build/gen/%.lua.h: fcgi/services/%.lua Makefile
	@mkdir -p $(@D)
	@sed -e '/^ *--/d' -e 's/^ *//' $< > build/gen/$*.lua
	@{ echo 'static const char $*_source[] = {'; \
	   od -An -v -tx1 build/gen/$*.lua | sed "s/ \(..\)/'\\\\x\1',/g"; echo '0};'; \
	   printf 'static const struct redis_script $*_script = {"%s", $*_source};\n' \
	       $$(sha1sum < build/gen/$*.lua | cut -c 1-40); } > $@

# The migrations become arrays of lines (a C string may be too short for one), and they a list.
build/gen/migrations.sql.h: $(MIGRATIONS) Makefile
	@mkdir -p $(@D)
	@{ echo 'const struct schema_migration schema_migrations[] = {'; \
	   for file in $(MIGRATIONS); do \
	       printf '{"%s", (const char *const[]){\n' "$$(basename "$$file" .sql)"; \
	       sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n",/' "$$file"; \
	       echo 'NULL}},'; \
	   done; echo '{NULL, NULL}};'; } > $@

# Clang's, with an entry for libFuzzer; GCC's own warnings are not known to it.
build/fuzz/%.o: %.c Makefile | $(SCRIPT_H)
	@mkdir -p $(@D)
	@echo "  FUZZ $<"
	@$(FUZZ_CC) $(filter-out $(GCC_ONLY),$(BASE_CFLAGS)) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

build/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o $(FUZZ_OBJ)
	@echo "  LD   $@"
	@$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

# What tests/system has the databases asked by.
SQL_TESTS := build/san/tests/lib/sql_jobs build/san/tests/unit/io/test_sql build/san/tests/unit/services/test_schema

build/san/tests/lib/%: build/san/tests/lib/%.o $(SAN_LIB)
	@echo "  LD   $@"
	@$(CC) $(SAN_CFLAGS) -o $@ $^ $(PKG_LIBS)

build/san/tests/unit/%: build/san/tests/unit/%.o $(SAN_LIB)
	@echo "  LD   $@"
	@$(CC) $(SAN_CFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka

# What is tested there includes "load/…".
build/tests/bench/% build/san/tests/bench/% build/san/tests/unit/bench/%: BASE_CFLAGS += -Itests/bench

build/bench/load: $(LOAD_OBJ) $(BASE_OBJ)
build/bench/holder: $(PEER_OBJ) $(BASE_OBJ)
build/bench/load build/bench/holder:
	@mkdir -p $(@D)
	@echo "  LD   $@"
	@$(CC) $(CFLAGS) $(HARDEN_LD) -o $@ $^ -lm

build/san/tests/unit/bench/%: build/san/tests/unit/bench/%.o $(LOAD_SAN) $(SAN_LIB)
	@echo "  LD   $@"
	@$(CC) $(SAN_CFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka -lm

deps-build deps-run deps-test deps-lint deps-fuzz deps-bench:
	@tools/deps $(@:deps-%=%)

run: deps-run
	@$(MAKE) --no-print-directory all
	@PORT=$(PORT) RUN_DIR=$(RUN_DIR) WORKERS=$(WORKERS) exec tools/run

test: deps-test
	@$(MAKE) --no-print-directory test-unit test-system test-browser

test-unit: $(UNIT_BIN)
	@set -e; for t in $(UNIT_BIN); do $$t || exit 1; done

test-system: san all $(SQL_TESTS)
	@$(PYTEST) -q -n $(TEST_JOBS) --dist loadfile -m 'not alone' tests/system
	@$(PYTEST) -q -m alone tests/system

test-browser: all
	@$(PYTEST) -q -n $(TEST_JOBS) --dist loadfile tests/browser

test-faults: san all
	@$(PYTEST) -q -n $(TEST_JOBS) --dist loadfile -m 'not alone' tests/faults
	@$(PYTEST) -q -m alone tests/faults

# A hundred times, where the tests do it once: five hundred race for ten, also while things break.
shop-races: san all
	@SHOP_RACES=$(SHOP_RACES) $(PYTEST) -q tests/system/test_166* tests/faults/test_74*

soak: all
	@SOAK_S=$(SOAK_S) tests/soak

# How long others wait while many sign in.
bench-sign-ins: deps-test all
	@tests/bench/sign_ins.py $(BENCH)

# How soon a herd hears of a change in the shop, and how many reservations there are, beside the chat.
bench-shop: deps-test all
	@tests/bench/shop.py $(BENCH)

bench bench-peers: deps-bench
bench-check: deps-test
bench bench-peers bench-check:
	@$(MAKE) --no-print-directory -s all build/bench/load build/bench/holder
	@tests/bench/bench $(if $(filter bench-%,$@),--$(@:bench-%=%)) $(BENCH)

# One after the other: each takes a processor for itself.
fuzz: deps-fuzz
	@$(MAKE) -s --no-print-directory $(FUZZ_BIN)
	@set -e; for t in $(FUZZ_TARGETS); do tests/fuzz/run fuzz $$t $(FUZZ_S); done

fuzz-check: deps-fuzz
	@$(MAKE) -s --no-print-directory $(FUZZ_BIN)
	@set -e; for t in $(FUZZ_TARGETS); do tests/fuzz/run check $$t; done

lint: deps-lint
	@$(MAKE) --no-print-directory lint-all

lint-all: $(SCRIPT_H)
	@LINT_CFLAGS='$(BASE_CFLAGS) -Itests/bench' tools/lint

install: all
	install -Dm755 build/holdline $(DESTDIR)$(PREFIX)/bin/holdline
	cd www && find . -type f -exec install -Dm644 {} $(DESTDIR)$(PREFIX)/share/holdline/www/{} \;
	cd nginx && find . -type f -exec install -Dm644 {} $(DESTDIR)$(PREFIX)/share/holdline/nginx/{} \;
	chmod 755 $(DESTDIR)$(PREFIX)/share/holdline/nginx/make-conf

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/holdline
	rm -rf $(DESTDIR)$(PREFIX)/share/holdline

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(UNIT_BIN:=.d) $(SQL_TESTS:=.d) $(FUZZ_OBJ:.o=.d) $(FUZZ:%.c=build/fuzz/%.d) $(LOAD_OBJ:.o=.d) $(LOAD_SAN:.o=.d) $(PEER_OBJ:.o=.d)
