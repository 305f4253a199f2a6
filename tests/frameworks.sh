#!/usr/bin/env bash
# Runs a small project with StopKit.Testing under each test framework that our own tests do not use.
#
#   tests/frameworks.sh [xunit3] [nunit] [mstest]     # all, unless some are named
#
# Each has a test that must pass and one that must fail, with the text of the report.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- xunit3 nunit mstest
for name in "$@"; do
    log=artifacts/frameworks/$name.log
    mkdir -p artifacts/frameworks
    dotnet build "tests/frameworks/$name" --verbosity quiet
    if dotnet test "tests/frameworks/$name" --no-build >"$log" 2>&1; then
        echo "$name: the worker with a fault has passed"
        exit 1
    fi
    for text in 'Failed: *1, Passed: *1,' 'Failed A_worker_with_a_fault_fails|Failed Tests.A_worker_with_a_fault_fails' \
        'stopped at look 1 of 2 \(MoveInHalvesAsync, Bank.cs:[0-9]*\): .*100.*Replay: StopTest.AtLookAsync\(1, '; do
        grep -qE "$text" "$log" || { echo "$name: no '$text' in"; cat "$log"; exit 1; }
    done
    echo "$name: $(grep -oE 'stopped at look.*' "$log" | head -1)"
done
