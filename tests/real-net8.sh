#!/usr/bin/env bash
# Runs the tests for net8.0 on a real .NET 8. The test command lets them roll forward where a machine has only .NET 10.
#
#   tests/real-net8.sh [ARGUMENT OF dotnet test ...]     # all, or for example: --filter FullyQualifiedName~Groups
#
# The runtime comes as a package of NuGet, the one that a self-contained build takes. With it a second installation is made below
# artifacts/, of links to the first one; there the test hosts and the programs that the tests start find .NET 8.
set -euo pipefail
cd "$(dirname "$0")/.."
artifacts=$PWD/artifacts/real-net8
root=$artifacts/dotnet
installed=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$artifacts/packages"

cat >"$artifacts/Runtime.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFrameworks />
    <TargetFramework>net8.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
  </PropertyGroup>
  <ItemGroup>
    <FrameworkReference Include="Microsoft.AspNetCore.App" />
  </ItemGroup>
</Project>
PROJECT
dotnet restore "$artifacts/Runtime.csproj" --packages "$artifacts/packages" --verbosity quiet

rm -rf "$root"
mkdir -p "$root/shared"
cp "$installed/dotnet" "$root/" # not a link: it looks for all else beside itself
for folder in "$installed"/*/; do
    [[ $folder == */shared/ ]] || ln -s "$folder" "$root/"
done

# A framework is the files of its package and a list of them.
for name in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    for version in "$installed/shared/$name"/*/; do
        mkdir -p "$root/shared/$name"
        ln -s "$version" "$root/shared/$name/"
    done
    package=$(echo "$artifacts/packages/${name,,}.runtime.linux-x64"/8.*/)
    version=$(basename "$package")
    framework=$root/shared/$name/$version
    mkdir -p "$framework"
    cp "$package"runtimes/linux-x64/lib/net8.0/*.dll "$framework/"
    find "$package"runtimes/linux-x64/native -type f -exec cp -t "$framework/" {} + 2>/dev/null || true
    id="$name.Runtime.linux-x64/$version"
    (
        cd "$framework"
        list() { printf '%s\n' "$@" | sed 's/.*/"&": {}/' | paste -sd,; }
        managed=(*.dll)
        native=$(find . -type f ! -name '*.dll' -printf '%f\n')
        cat >"$name.deps.json" <<DEPS
{
  "runtimeTarget": { "name": ".NETCoreApp,Version=v8.0/linux-x64" },
  "targets": { ".NETCoreApp,Version=v8.0": {}, ".NETCoreApp,Version=v8.0/linux-x64": { "$id": {
    "runtime": { $(list "${managed[@]}") },
    "native": { ${native:+$(list $native)} } } } },
  "libraries": { "$id": { "type": "package", "serviceable": true, "sha512": "" } }
}
DEPS
    )
done

export DOTNET_ROOT=$root PATH=$root:$PATH
"$root/dotnet" --list-runtimes
for project in StopKit.Tests StopKit.ProcessTests; do
    "$root/dotnet" test "tests/$project" -f net8.0 "$@"
done
