#!/usr/bin/env bash
# Runs unit tests on .NET 8 for Windows, under Wine (Debian: apt-get install wine wine64).
#
#   tests/wine.sh [NAME | '!'NAME ...]    # the tests whose names contain NAME, or not; for example: StopFlagTests
#   tests/wine.sh probe                   # whether a task that faults after a yield ends, with and without StopKit
#
# Wine 8.0 hangs now and then where an exception passes through a task: the probe shows it for a plain Task.Run, in which no code of
# StopKit takes part. So a test that hangs here says nothing yet about StopKit; run the probe, and the test alone.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$PWD/artifacts/windows
export WINEPREFIX=$PWD/artifacts/wine WINEDEBUG=-all
dotnet publish tests/StopKit.WindowsTests -o "$program" --verbosity quiet
if [[ ! -d $WINEPREFIX ]]; then
    wine wineboot -i >/dev/null 2>&1
    wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null # .NET 8 asks for Windows 10
fi
if (($# == 0)); then
    set -- '!Races'
fi
cd "$program"
exec timeout "${STOPKIT_WINE_LIMIT:-1800}" wine StopKit.WindowsTests.exe "$@" </dev/null
