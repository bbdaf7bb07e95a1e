# Holdline.  What you can ask for:
#
#   make                build build/holdline
#   make run            everything for real: a private Redis, the workers and nginx; prints the address
#                       (PORT=8080 RUN_DIR=run WORKERS=2 are its variables; Ctrl-C stops it all)
#   make test           unit, system and browser tests (installs what they need)
#   make lint           format, static analysis, include direction, shell scripts, nginx -t
#   make install        binary, pages and nginx files below $(DESTDIR)$(PREFIX); make uninstall removes them
#   make clean
#
# The tests by kind: make test-unit test-system test-browser.
# An analyzer may be left out where it is not at hand: make lint LINT_SKIP="cppcheck fanalyzer".

PREFIX  ?= /usr/local
DESTDIR ?=
PORT    ?= 8080
RUN_DIR ?= run
WORKERS ?= $(shell nproc)
WERROR  ?= $(if $(CI),-Werror)
PYTEST  ?= /usr/bin/python3 -m pytest

PACKAGES   := libuv hiredis json-c libsodium
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lfcgi

GCC_ONLY := -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Walloca -Wjump-misses-init
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion \
            -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wwrite-strings -Wcast-qual -Wpointer-arith -Wformat=2 -Wundef -Wvla \
            -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference
WARNINGS += $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),,$(GCC_ONLY))

BASE_CFLAGS := -std=c11 -D_GNU_SOURCE -Ifcgi -Ibuild/gen $(PKG_CFLAGS) $(WARNINGS) $(WERROR)
# -fcf-protection exists on x86 only.
CF_PROTECTION := $(if $(filter x86_64 i%86,$(shell uname -m)),-fcf-protection)
HARDEN      := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection $(CF_PROTECTION) -fPIE
HARDEN_LD   := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,-z,defs
CFLAGS      ?= -O2 -g
SAN_CFLAGS  := -O1 -g3 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

PROGRAMS := $(wildcard fcgi/*.c)
LAYERS   := $(wildcard fcgi/*/*.c)
SCRIPTS  := $(wildcard fcgi/services/*.lua)
SCRIPT_H := $(SCRIPTS:fcgi/services/%.lua=build/gen/%.lua.h)
UNIT     := $(wildcard tests/unit/*/test_*.c)
UNIT_BIN := $(UNIT:%.c=build/san/%)
OBJ      := $(PROGRAMS:%.c=build/%.o) $(LAYERS:%.c=build/%.o)
SAN_OBJ  := $(PROGRAMS:%.c=build/san/%.o) $(LAYERS:%.c=build/san/%.o)
SAN_LIB  := $(LAYERS:%.c=build/san/%.o)

.PHONY: all san run test test-unit test-system test-browser lint install uninstall clean deps-build deps-run deps-test
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

# A Lua script becomes a C string with its hash, by which Redis knows it.
build/gen/%.lua.h: fcgi/services/%.lua Makefile
	@mkdir -p $(@D)
	@{ printf 'static const struct redis_script $*_script = {\n"%s",\n' $$(sha1sum < $< | cut -c 1-40); \
	   sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $<; echo '};'; } > $@

build/san/tests/unit/%: build/san/tests/unit/%.o $(SAN_LIB)
	@echo "  LD   $@"
	@$(CC) $(SAN_CFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka

deps-build deps-run deps-test deps-lint:
	@tools/deps $(@:deps-%=%)

run: deps-run
	@$(MAKE) --no-print-directory all
	@PORT=$(PORT) RUN_DIR=$(RUN_DIR) WORKERS=$(WORKERS) exec tools/run

test: deps-test
	@$(MAKE) --no-print-directory test-unit test-system test-browser

test-unit: $(UNIT_BIN)
	@set -e; for t in $(UNIT_BIN); do $$t || exit 1; done

test-system: san all
	@$(PYTEST) -q tests/system

test-browser: all
	@$(PYTEST) -q tests/browser

lint: deps-lint
	@tools/lint

install: all
	install -Dm755 build/holdline $(DESTDIR)$(PREFIX)/bin/holdline
	cd www && find . -type f -exec install -Dm644 {} $(DESTDIR)$(PREFIX)/share/holdline/www/{} \;
	cd nginx && find . -type f -exec install -Dm644 {} $(DESTDIR)$(PREFIX)/share/holdline/nginx/{} \;

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/holdline
	rm -rf $(DESTDIR)$(PREFIX)/share/holdline

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(UNIT_BIN:=.d)
