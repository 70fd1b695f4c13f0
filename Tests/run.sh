#!/usr/bin/env bash
# Installs what is missing, builds, runs every test; ends with one line: N passed, M failed.
set -uo pipefail
cd "$(dirname "$0")/.."
source examples/prepare.sh
# The proof moves the clock.
packages+=(faketime)

usage() {
  cat <<'TEXT'
bash Tests/run.sh [--only swift|programs|proof] [-k EXPRESSION]

  --only swift     only the unit tests beside each room (swift test), some of them once more under a sanitizer
  --only programs  only the tests that drive the real programs (pytest, Tests/Programs and Tests/Fuzz)
  --only proof     only the proof that nothing is overspent, for two minutes (pytest, Tests/Proof)
  -k EXPRESSION    only tests whose names match; passed on to swift test --filter and to pytest -k

The last line is "N passed, M failed"; a line before it counts the skipped, where some were, and lines before that say how
long each part took. The exit code is 0 when nothing failed.
TEXT
}

only=all expression=
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --only) only=${2:-}; shift ;;
    -k) expression=${2:-}; shift ;;
    *) echo "Tests/run.sh does not know $1" >&2; usage >&2; exit 2 ;;
  esac
  shift || break
done
case $only in
  all | swift | programs | proof) ;;
  *) echo "--only takes swift, programs or proof, and was given '$only'" >&2; exit 2 ;;
esac

# No test run may hang: these end one that does, long after a healthy run is over.
swift_seconds=2400 sanitizer_seconds=600 programs_seconds=1800 proof_seconds=600
reports=.build/reports
passed=0 failed=0 skipped=0

# Each heading begins a part, whose time is told at the end: heading NAME WHAT-IT-IS
part= part_began=0 took=()
heading() {
  end_part
  part=$1 part_began=$SECONDS
  printf '\n== %s: %s\n' "$1" "$2"
}
end_part() {
  [ -z "$part" ] || took+=("$(printf '%-13s %5d s' "$part" $((SECONDS - part_began)))")
  part=
}

finish() {
  end_part
  echo
  [ ${#took[@]} -eq 0 ] || printf '%s\n' "${took[@]}" ""
  [ "$skipped" -eq 0 ] || echo "$skipped skipped"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}

# A step without which nothing can be tested counts as one failure.
need() { "$@" || { echo "failed: $*" >&2; failed=$((failed + 1)); finish; }; }

# Adds up a JUnit report; a run that ended badly without one, or with no failure in it, counts as one failure.
count() {
  local exit_code=$1 report=$2 tests failures skips
  read -r tests failures skips < <(python3 - "$report" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree
try:
    cases = list(tree.parse(sys.argv[1]).iter("testcase"))
except (OSError, tree.ParseError):
    cases = []
kinds = [{child.tag for child in case} for case in cases]
failed = sum(bool(kind & {"failure", "error"}) for kind in kinds)
print(len(cases), failed, sum("skipped" in kind for kind in kinds))
PYTHON
  )
  [ "$exit_code" -eq 0 ] || [ "$failures" -gt 0 ] || failures=1 tests=$((tests + 1))
  passed=$((passed + tests - failures - skips)) failed=$((failed + failures)) skipped=$((skipped + skips))
}

need install_missing_packages
need need_swift
mkdir -p "$reports"
rm -f "$reports"/*.xml

if [ "$only" = all ] || [ "$only" = swift ]; then
  heading "unit tests" "swift test"
  timeout --kill-after=10 "$swift_seconds" \
    swift test --xunit-output "$reports/swift.xml" ${expression:+--filter "$expression"}
  count $? "$reports/swift-swift-testing.xml"
  # An expression chooses tests, and these are always the same. XCTest, which has none of ours, leaks memory by itself.
  if [ -z "$expression" ]; then
    heading "sanitizer" "the ten faults of libuv wrappers, memory watched"
    AIGW_ONLY=ReactorTests timeout --kill-after=10 "$sanitizer_seconds" \
      swift test --sanitize=address --disable-xctest --scratch-path .build/sanitized --filter TenFaultsTests \
      --xunit-output "$reports/sanitizer.xml"
    count $? "$reports/sanitizer.xml"
  fi
fi

# A pytest run, counted: its name, how long it may take, its folders.
pytest_step() {
  local name=$1 seconds=$2 code
  shift 2
  timeout --kill-after=10 "$seconds" \
    .build/venv/bin/python -B -m pytest "$@" -q -p no:cacheprovider --junitxml "$reports/$name.xml" \
    ${expression:+-k "$expression"}
  code=$?
  # pytest says 5 when an expression selects nothing, which is no failure.
  [ $code -ne 5 ] || code=0
  count $code "$reports/$name.xml"
}

if [ "$only" != swift ]; then
  heading "release build" "the four programs"
  need build_release
  need make_venv Tests/Programs/requirements.txt
fi
if [ "$only" = all ] || [ "$only" = programs ]; then
  heading "programs" "the real ones, and the providers' own SDKs"
  pytest_step programs "$programs_seconds" Tests/Programs Tests/Fuzz
fi
if [ "$only" = all ] || [ "$only" = proof ]; then
  heading "proof" "seeded runs, reconciled with what the mock provider billed"
  pytest_step proof "$proof_seconds" Tests/Proof
fi
finish
