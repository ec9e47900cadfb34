#!/usr/bin/env bash
# packages_test.sh BUILD: makes the Debian packages, installs them with dpkg into a root of their own,
# builds and runs the example that they contain against them, and removes them. Their dependencies
# are compared with what their programs need, and with what apt would do. Exits with 77 (skipped)
# if there is no dpkg, or it may not install.
set -euo pipefail
build=$(cd "$1" && pwd)
for tool in cpack dpkg dpkg-deb dpkg-shlibdeps ldconfig; do
  command -v $tool >/dev/null || { echo "packages_test: skipped: no $tool"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "packages_test: skipped: dpkg installs for root only"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "packages_test: $*" >&2; exit 1; }
# shellcheck source=tests/embed/example.sh
source "$(dirname "$0")/example.sh"

(cd "$build" && cpack -G DEB -B "$work/packages") >"$work/log" 2>&1 || { cat "$work/log"; fail "cpack"; }
packages=("$work"/packages/*.deb)
names=$(for package in "${packages[@]}"; do dpkg-deb -f "$package" Package; done | sort | tr '\n' ' ')
expected="libtally-dev libtally-runtime1 tally tally-serve"
[ ! -e "$build/embed/lua/5.4/tally.so" ] || expected+=" lua-tally"
[ ! -e "$build/embed/erlang/tally/ebin" ] || expected+=" erlang-tally"
[ ! -x /usr/bin/python3 ] || expected+=" python3-tally"
[ ! -e "$build/embed/sqlite/tally.so" ] || expected+=" sqlite3-tally"
[ ! -e "$build/embed/postgresql/tally.so" ] || expected+=" postgresql-$(pg_config --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')-tally"
[ "$names" = "$(tr ' ' '\n' <<<"$expected" | sort | tr '\n' ' ')" ] || fail "the packages are $names"
depends_on() { dpkg-deb -f "$1" Depends | tr ',' '\n' | sed 's/^ *//; s/ .*//'; }

# Maintainer scripts call ldconfig, which must look at this root, not at the machine.
root=$work/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/etc" "$work/bin"
touch "$root/var/lib/dpkg/status" "$root/etc/ld.so.conf"
cat >"$work/bin/ldconfig" <<RUN
#!/bin/sh
exec $(command -v ldconfig) -r "\$DPKG_ROOT" "\$@"
RUN
chmod +x "$work/bin/ldconfig"
in_root() { PATH=$work/bin:$PATH dpkg --root="$root" --force-script-chrootless "$@" >"$work/log" 2>&1 || { cat "$work/log"; fail "dpkg $*"; }; }
# Their dependencies are installed in the machine, not in this root; they are checked below.
in_root --force-depends -i "${packages[@]}"
for name in $names; do
  [ "$(dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${db:Status-Status}' "$name")" = installed ] || fail "$name is not installed"
  grep -q "Apache License" "$root/usr/share/doc/$name/copyright" || fail "$name does not carry the license"
done
in_root --verify
[ ! -s "$work/log" ] || { cat "$work/log"; fail "files are not those of the packages"; }
ldconfig -r "$root" -p | grep >/dev/null "libtally-runtime.so.1" || fail "the library is not where programs find it"

# Each library that a program or library needs is in its own package, or in one that its package
# depends on.
for package in "${packages[@]}"; do
  name=$(dpkg-deb -f "$package" Package)
  while read -r file; do
    if [ -L "$root$file" ] || ! readelf -h "$root$file" >/dev/null 2>&1; then continue; fi
    readelf -d "$root$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' >"$work/needed"
    while read -r library; do
      case $library in ld-linux*) continue ;; esac  # of libc, as libc.so
      at=$(LD_LIBRARY_PATH=$root/usr/lib ldd "$root$file" | sed -n "s|^\s*$library => \(/[^ ]*\) .*|\1|p")
      [ -n "$at" ] || fail "$file of $name needs $library, which is nowhere"
      if [[ $at == "$root"/* ]]; then
        owner=$(dpkg-query --admindir="$root/var/lib/dpkg" -S "${at#"$root"}" | cut -d: -f1)
        [ "$owner" = "$name" ] || depends_on "$package" | grep >/dev/null -x "$owner" || fail "$name does not depend on $owner"
        continue
      fi
      # A package may have it by its path before or after / and /usr became one.
      owner=$(dpkg -S "$at" "/usr$at" "${at#/usr}" "$(realpath "$at")" 2>/dev/null | head -n 1 | cut -d: -f1 || true)
      depends_on "$package" | grep >/dev/null -x "$owner" || fail "$name does not depend on $owner, which has $library for $file"
    done <"$work/needed"
  done < <(dpkg-query --admindir="$root/var/lib/dpkg" -L "$name" | grep -E '/(bin|lib)/')
done
for package in "$work"/packages/{lua,erlang}-tally_*.deb; do
  [ ! -e "$package" ] || depends_on "$package" | grep >/dev/null -x tally || fail "$package does not depend on tally"
done
for name in tally libtally-runtime1; do
  depends_on "$work"/packages/libtally-dev_*.deb | grep >/dev/null -x $name || fail "libtally-dev does not depend on $name"
done
! depends_on "$work"/packages/libtally-runtime1_*.deb | grep -i llvm || fail "the runtime depends on LLVM"
if command -v apt-get >/dev/null; then
  apt-get -s --no-install-recommends install "${packages[@]}" >"$work/log" 2>&1 || { cat "$work/log"; fail "apt would not install them"; }
  for name in $names; do grep -q "^Inst $name " "$work/log" || { cat "$work/log"; fail "apt would not install $name"; }; done
  ! apt-get -s --no-install-recommends install "$work"/packages/libtally-dev_*.deb >"$work/log" 2>&1 || fail "apt would install libtally-dev alone"
fi

# The service: a unit that runs the command of this package, and is as closed as it can be.
unit=$root/usr/lib/systemd/system/tally-serve.service
grep -q '^ExecStart=/usr/bin/tally serve ' "$unit" || fail "no unit of tally-serve"
if command -v systemd-analyze >/dev/null; then
  systemd-analyze security --offline=true --threshold=20 "$unit" >"$work/log" 2>&1 || { cat "$work/log"; fail "the unit is open"; }
fi

hold_example "$root/usr/share/doc/tally/examples/c" "$root/usr" "$root/usr/lib"
# The command's own documents, pages and completions: a page for each command, and every option in both.
export PATH="$root/usr/bin:$PATH" LD_LIBRARY_PATH="$root/usr/lib"
for document in README.md CHANGELOG.md docs/commands.md docs/tour.md; do
  [ -s "$root/usr/share/doc/tally/$document" ] || fail "$document is not installed"
done
tally check "$root"/usr/share/tally/rules/*.tally "$root"/usr/share/tally/rules/atlas/*.tally >"$work/log" 2>&1 ||
  { grep -v ': ok' "$work/log"; fail "the installed rules"; }
for shell in bash:bash-completion/completions/tally zsh:zsh/vendor-completions/_tally fish:fish/vendor_completions.d/tally.fish; do
  tally completion "${shell%%:*}" | cmp - "$root/usr/share/${shell#*:}" || fail "the completions for ${shell%%:*}"
done
if [ -e "$build/man/made" ]; then
  for command in $(tally --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    page=$root/usr/share/man/man1/tally-$command.1
    [ -s "$page" ] || { echo "no page of tally $command" >>"$work/pages"; continue; }
    sed 's/\\-/-/g; s/\\f[BIRCP]*//g' "$page" >"$work/page"
    for option in $(tally "$command" --help | grep -oE '^ +(-[a-z],)?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
      grep -q -- "$option" "$work/page" || case $option in --help) ;; *) echo "$option is not in tally-$command(1)" >>"$work/pages" ;; esac
    done
  done
  [ ! -e "$work/pages" ] || { cat "$work/pages"; fail "manual pages"; }
  grep -qx NAME "$root/usr/share/man/man1/tally.1" || fail "tally.1 has no name"
fi

# The modules, each as its language finds it.
rules=$root/usr/share/tally/rules/call_recording.tally
modules=$root/usr/lib/$(cc -print-multiarch)/lua
for lua in lua5.1 lua5.2 lua5.3 lua5.4 luajit; do
  [ -e "$modules" ] && command -v $lua >/dev/null || continue
  version=${lua#lua}
  [ $lua != luajit ] || version=5.1
  answer=$(LUA_CPATH="$modules/$version/?.so" $lua -e "
    local policy = assert(require('tally').open('$rules'))
    print(policy:decide({source = 'onnet', destination = 'onnet'}, {})['account-recording'])")
  [ "$answer" = none ] || fail "$lua decides $answer"
done
if [ -e "$root/usr/lib/erlang/lib" ] && command -v erl >/dev/null; then
  answer=$(ERL_LIBS=$root/usr/lib/erlang/lib erl -noshell -eval "
    {ok, Policy} = tally:open(\"$rules\"),
    {ok, #{<<\"account-recording\">> := Value}} = tally:decide(Policy, #{source => onnet, destination => onnet}),
    io:format(\"~s\", [Value]), halt().")
  [ "$answer" = none ] || fail "Erlang decides $answer"
fi
if [ -e "$root/usr/lib/python3/dist-packages/tally" ]; then
  answer=$(PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/usr/lib/python3/dist-packages /usr/bin/python3 -c "
import tally
print(tally.open('$rules').decide({'source': 'onnet', 'destination': 'onnet'})['account-recording'])")
  [ "$answer" = none ] || fail "Python decides $answer"
fi
# The extensions: SQLite's decides; PostgreSQL's has the three files of an extension (tests/e2e/postgresql runs it).
if [ -e "$build/embed/sqlite/tally.so" ] && command -v sqlite3 >/dev/null; then
  mkdir "$work/policies" && tally build "$rules" --no-fingerprint -o "$work/policies/acc.so" >/dev/null 2>&1
  answer=$(printf '.load %s\n%s\n' "$root/usr/lib/$(cc -print-multiarch)/sqlite3/tally" \
    "SELECT value FROM tally_decision('acc', 'account-recording', '{\"source\":\"onnet\",\"destination\":\"onnet\"}');" |
    TALLY_POLICIES=$work/policies sqlite3)
  [ "$answer" = none ] || fail "SQLite decides $answer"
fi
if [ -e "$build/embed/postgresql/tally.so" ]; then
  version=$(pg_config --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  for file in "lib/postgresql/$version/lib/tally.so" "share/postgresql/$version/extension/tally.control" "share/postgresql/$version/extension/tally--0.1.sql"; do
    [ -s "$root/usr/$file" ] || fail "$file is not installed"
  done
fi
unset LD_LIBRARY_PATH

# In the order that dpkg asks for: packages that depend on others first.
in_root -P libtally-dev $(tr ' ' '\n' <<<"$names" | grep -e -tally -e ^tally- || true) tally libtally-runtime1
left=$(find "$root/usr" ! -type d 2>/dev/null || true)
[ -z "$left" ] || fail "removed, they leave $left"
echo "installed, held and removed:" "$(cd "$work/packages" && stat -c '%n, %s bytes;' ./*.deb | tr '\n' ' ')"
