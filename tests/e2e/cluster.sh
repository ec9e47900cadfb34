# For tests with a PostgreSQL server: sourced, with `build` (the build directory) and `work` (a directory of the test's own,
# which is removed). The server listens at a socket in `work`, and nowhere else.
#
#   start_cluster       makes a cluster with the extension, as a user who is not root, and starts it
#   sql ARGUMENT...     psql with these arguments
#   stop_cluster

pg_config=$(command -v pg_config || true)
pg_bin=$($pg_config --bindir)

as_user() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  user=postgres
  id -u $user >/dev/null 2>&1 || user=nobody
  as_user() { setpriv --reuid=$user --regid="$(id -g $user)" --clear-groups -- env HOME="$work" "$@"; }
fi

# Where it may, the extension is installed into this mount namespace only; elsewhere its functions are created from their
# script.
install_extension() {
  local share lib
  share=$($pg_config --sharedir)/extension lib=$($pg_config --pkglibdir)
  mkdir "$work/lib"
  cp "$build/embed/postgresql/tally.so" "$build"/runtime/libtally-runtime.so.1 "$work/lib"
  chmod -R a+rX "$work/lib"
  sed "s|MODULE_PATHNAME|$work/lib/tally|; /^.echo/d" embed/postgresql/tally--0.1.sql >"$work/create.sql"
  if [ -n "${TALLY_OWN_MOUNTS:-}" ]; then
    mkdir "$work/extension" "$work/pkglib"
    cp -a "$share/." "$work/extension" && cp embed/postgresql/tally.control embed/postgresql/tally--*.sql "$work/extension"
    cp -a "$lib/." "$work/pkglib" && cp "$build/embed/postgresql/tally.so" "$work/pkglib"
    mount --bind "$work/extension" "$share"
    mount --bind "$work/pkglib" "$lib"
    echo "CREATE EXTENSION tally;" >"$work/create.sql"
  fi
}

start_cluster() {
  chmod 755 "$work"
  mkdir "$work/data" "$work/policies"
  install_extension
  if [ "$(id -u)" = 0 ]; then chown "$user" "$work/data" "$work"; fi
  as_user "$pg_bin/initdb" -D "$work/data" -U test -A trust -E UTF8 --locale=C --no-sync >"$work/log" 2>&1 || { cat "$work/log"; return 1; }
  cat >>"$work/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work'
fsync = off
jit = off
max_parallel_workers = 4
max_worker_processes = 8
shared_buffers = 64MB
tally.policies = '$work/policies'
CONF
  LD_LIBRARY_PATH=$work/lib as_user "$pg_bin/pg_ctl" -D "$work/data" -l "$work/server.log" -w start >"$work/log" 2>&1 || { cat "$work/log" "$work/server.log"; return 1; }
  sql -f "$work/create.sql" >"$work/log" 2>&1 || { cat "$work/log"; return 1; }
}

sql() { psql -h "$work" -U "${SQL_USER:-test}" -d "${SQL_DATABASE:-postgres}" -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

stop_cluster() { [ ! -e "$work/data/postmaster.pid" ] || as_user "$pg_bin/pg_ctl" -D "$work/data" -m immediate stop >"$work/log" 2>&1 || true; }
