# Sourced by the tests of this folder, each of which is run with the path of the command. Sets `tally`,
# enters a folder of its own that is removed at the end, and defines `fail`, which goes on: the test ends
# with `exit $failed`.
set -euo pipefail
tally=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
test_name=$(basename "$0" .sh)
cd "$work"
failed=0
fail() { echo "$test_name: $*" >&2; failed=1; }
