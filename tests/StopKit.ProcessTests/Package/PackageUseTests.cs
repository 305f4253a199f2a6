using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Package;

[Collection(nameof(PackedLibrary))]
public sealed class PackageUseTests(PackedLibrary library)
{
    private const string Program =
        """
        using System.Reflection;
        using System.Runtime.Versioning;
        using StopKit;

        using var source = new StopSource();
        using var registration = source.Token.OnStop(reason => Console.WriteLine($"called back: {reason}"));
        Console.WriteLine($"first: {source.RequestStop("the package works")}");
        Console.WriteLine($"waited: {source.Token.Wait(TimeSpan.FromMinutes(1))}");
        Console.WriteLine($"{source.Token.Stage}: {source.Token.Reason}");

        var assembly = typeof(StopSource).Assembly;
        Console.WriteLine(assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
        Console.WriteLine(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
        """;

    private static readonly string UserPackages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [Fact(Timeout = 300_000)]
    public async Task A_project_outside_of_the_repository_restores_the_package_and_stops_a_token()
    {
        using var folder = new TempFolder();
        await WriteProjectAsync(folder);
        await DotnetCommand.RunAsync(folder.Path, "build", "-o", folder.PathOf("out"));

        await using var program = ChildProcess.Start(DotnetCommand.Host, folder.PathOf("out", "Outside.dll"));

        (await program.WaitForExitAsync()).Should().Be(0);
        program.Output.Lines.Should().Equal(
            "called back: the package works",
            "first: True",
            "waited: True",
            "Stopping: the package works",
            $".NETCoreApp,Version=v{Repository.TargetFramework["net".Length..]}",
            library.Version);
    }

    private async Task WriteProjectAsync(TempFolder folder)
    {
        await File.WriteAllTextAsync(folder.PathOf("Program.cs"), Program);
        await File.WriteAllTextAsync(
            folder.PathOf("Outside.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{Repository.TargetFramework}</TargetFramework>
                <RollForward>Major</RollForward>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- What is unpacked here goes with the folder; what the user's cache has need not be fetched again. -->
                <RestorePackagesPath>{folder.PathOf("cache")}</RestorePackagesPath>
                <RestoreFallbackFolders>{UserPackages}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="StopKit" Version="[{library.Version}]" />
              </ItemGroup>
            </Project>
            """);
        // In addition to the user's own sources, which have what the package depends on.
        await File.WriteAllTextAsync(
            folder.PathOf("NuGet.config"),
            $"<configuration><packageSources><add key=\"packed\" value=\"{library.Source}\" /></packageSources></configuration>");
    }
}
