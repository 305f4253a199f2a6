using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Package;

/// <summary>The rules that come with the package, in a project outside of the repository.</summary>
[Collection(nameof(PackedLibrary))]
public sealed class AnalyzerUseTests(PackedLibrary library)
{
    private const string Faulty =
        """
        using System;
        using StopKit;

        namespace Outside;

        public sealed class Leaver : ThreadWorker
        {
            protected override void Run(StopToken stop) => Environment.Exit(1);
        }
        """;

    [Fact(Timeout = 300_000)]
    public async Task A_project_that_has_the_package_is_told_of_a_fault_and_builds_without_a_warning_once_it_is_mended()
    {
        using var folder = await OutsideFolder.CreateAsync(library);
        await File.WriteAllTextAsync(folder.PathOf("Leaver.cs"), Faulty);
        await File.WriteAllTextAsync(
            folder.PathOf("Outside.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{Repository.TargetFramework}</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="StopKit" Version="[{library.Version}]" />
              </ItemGroup>
            </Project>
            """);

        var printed = await DotnetCommand.RunAsync(
            folder.PathOf("."), "build", "-p:TreatWarningsAsErrors=false", "-p:MSBuildTreatWarningsAsErrors=false");
        printed.Where(static line => line.Contains(" warning ", StringComparison.Ordinal)).Distinct().Should().ContainSingle()
            .Which.Should().Contain("Leaver.cs(8,52)").And.Contain("SK0012").And.Contain("SK0012.md");

        await File.WriteAllTextAsync(folder.PathOf("Leaver.cs"), Faulty.Replace("Environment.Exit(1)", "throw new ExitException(1)", StringComparison.Ordinal));
        await folder.RunInAsync(".", "build", "--no-restore");
    }
}
