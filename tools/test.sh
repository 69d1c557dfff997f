#!/usr/bin/env bash
# ./cluster test [FILTER]
# ./cluster test --chaos MINUTES [--seed N]
#
# Suites: every .NET test project by its name (Actors.Tests, ...), worker, demo, docs, format. FILTER is one of these
# names, or part of the full names of .NET tests. The last line is the sum of all: "N passed, N failed". A suite that
# crashed, hung or could not run counts as one failure.
#
# --chaos runs only the long form of one test, shows its report as it grows, and ends with its figures:
# "0 lost, 0 doubled, 0 reversed".
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
# shellcheck source=tools/lib.sh
source tools/lib.sh

# Of one test, not of a suite: it starts again with each test that ends.
hang_limit=15m
results=$PWD/artifacts/test-results
passed=0
failed=0

dotnet_projects() {
  local project
  for project in tests/*/*.csproj; do
    if grep -q '<IsTestProject>true' "$project"; then basename "$project" .csproj; fi
  done
}

# Each suite writes its log to its standard output, a line "FAILED name: why" for each test that did, and ends it with
# "SUM passed failed skipped".
dotnet_suite() {
  local name=$1 status=0 options=()
  [[ -z $test_name ]] || options=(--filter "FullyQualifiedName~$test_name")
  dotnet test "tests/$name" -c Release --no-build --nologo --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' \
    --blame-hang-timeout "$hang_limit" --blame-hang-dump-type none ${options[@]+"${options[@]}"} || status=$?
  node tools/count-trx.js "$results/$name.trx" "$status"
}

worker_suite() {
  local log=$results/worker.out status=0 fails
  npm test --prefix src/Worker >"$log" 2>&1 || status=$?
  cat "$log"
  # Node says "not ok 2 - name" and ends with "# pass 1" or, for people, "✖ name" and "ℹ pass 1".
  sed -n 's/^\(not ok [0-9]* -\|✖\) \(.*\)/FAILED worker: \2/p' "$log"
  fails=$(($(node_count fail) + $(node_count cancelled)))
  ((status == 0 || fails > 0)) || fails=1
  echo "SUM $(node_count pass) $fails $(node_count skipped)"
}

node_count() {
  local count
  count=$(sed -n "s/^\(#\|ℹ\) $1 \([0-9]*\)$/\2/p" "$results/worker.out" | tail -n 1)
  echo "${count:-0}"
}

docs_suite() { node tools/check-docs.js; }
demo_suite() { one ./cluster demo; }
format_suite() { one dotnet format whitespace Cluster.sln --verify-no-changes --no-restore; }

# A command that is one test by itself.
one() {
  if "$@"; then echo 'SUM 1 0 0'; else echo 'SUM 0 1 0'; fi
}

# run_suite NAME COMMAND...
run_suite() {
  local name=$1 log=$results/$1.log started=$SECONDS sum
  shift
  tick "$name" "$started"
  "$@" >"$log" 2>&1 </dev/null || echo 'SUM 0 1 0' >>"$log"
  stop_ticking
  sum=$(sed -n 's/^SUM //p' "$log" | tail -n 1)
  report "$name" "$log" $((SECONDS - started)) ${sum:-0 1 0}
}

# report NAME LOG SECONDS PASSED FAILED SKIPPED
report() {
  passed=$((passed + $4))
  failed=$((failed + $5))
  local text="$4 passed" mark
  mark=$(green ✓)
  (($5 == 0)) || text+=", $5 failed"
  (($6 == 0)) || text+=", $6 skipped"
  if (($5 > 0)); then
    mark=$(red ✗)
    sed 's/^/    /' "$2"
  fi
  printf '  %s %-16s %-40s %5d s\n' "$mark" "$1" "$text" "$3"
}

# What failed stands at the end too, where a reader of a long log looks first.
finish() {
  echo
  grep -h '^FAILED ' "$results"/*.log 2>/dev/null || true
  echo "$passed passed, $failed failed"
  ((failed == 0)) || exit 1
}

prepare() {
  rm -rf "$results"
  mkdir -p "$results"
  need_everything
  if [[ $chaos_minutes ]]; then
    quietly 'Build of node and tests' dotnet build tests/EndToEnd "${build_flags[@]}" || return 1
  else
    quietly 'Build of everything' dotnet build Cluster.sln "${build_flags[@]}" || return 1
  fi
  install_worker || return 1
  install_provider || return 1
}

suites() {
  local project
  for project in $(dotnet_projects); do run_suite "$project" dotnet_suite "$project"; done
  [[ -z $test_name ]] || return 0
  for name in worker docs format demo; do run_suite "$name" "${name}_suite"; done
}

chaos() {
  local report=$results/chaos.txt log=$results/chaos.log status=0 follower
  : >"$report"
  tail -n +1 -f "$report" &
  follower=$!
  CLUSTER_CHAOS_MINUTES=$chaos_minutes CLUSTER_TEST_SEED=$seed CLUSTER_CHAOS_REPORT=$report \
    dotnet test tests/EndToEnd -c Release --no-build --nologo --filter 'FullyQualifiedName~EndToEnd.Chaos.ChaosTests' \
    --logger 'console;verbosity=detailed' --blame-hang-timeout "$((chaos_minutes + 30))m" --blame-hang-dump-type none \
    >"$log" 2>&1 </dev/null || status=$?
  sleep 1
  kill "$follower"
  wait "$follower" 2>/dev/null || true
  if ((status != 0)); then
    echo "  $(red ✗) Failed; the nodes' logs are in $log"
    tail -n 1 "$report"
  fi
  exit "$status"
}

filter=''
chaos_minutes=''
seed=''
while (($#)); do
  case $1 in
    --chaos | --seed)
      [[ ${2:-} =~ ^[0-9]{1,9}$ ]] || misuse "$1 needs a number"
      if [[ $1 == --chaos ]]; then chaos_minutes=$((10#$2)); else seed=$((10#$2)); fi
      shift
      ;;
    -*) misuse "test does not know $1" ;;
    *) filter=$1 ;;
  esac
  shift
done

test_name=''
if ! prepare; then
  failed=1
  finish
fi
echo
[[ -z $chaos_minutes ]] || chaos
[[ -z $seed ]] || export CLUSTER_TEST_SEED=$seed
case $filter in
  '') suites ;;
  worker | docs | format | demo) run_suite "$filter" "${filter}_suite" ;;
  *)
    if [[ -f tests/$filter/$filter.csproj ]]; then
      run_suite "$filter" dotnet_suite "$filter"
    else
      test_name=$filter
      suites
    fi
    ;;
esac
if ((passed + failed == 0)); then
  echo "No test matches '$filter'."
  failed=1
fi
finish
