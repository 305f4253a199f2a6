using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Package;

/// <summary>The package in a project of somebody else's, published in the ways that leave out or translate what a library consists of.</summary>
[Collection(nameof(PackedLibrary))]
public sealed class PackageUseTests(PackedLibrary library)
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task A_program_outside_of_the_repository_builds_runs_and_is_trimmed_without_a_warning()
    {
        using var folder = await CreateProjectAsync("<PublishTrimmed>true</PublishTrimmed>");

        await folder.RunInAsync(".", "publish", "-o", folder.PathOf("trimmed"));

        await RunAsync(folder.PathOf("bin", "Release", Repository.TargetFramework, "linux-x64", "Outside"));
        await RunAsync(folder.PathOf("trimmed", "Outside"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_outside_of_the_repository_becomes_native_code_without_a_warning()
    {
        using var folder = await CreateProjectAsync("<PublishAot>true</PublishAot><CppCompilerAndLinker>gcc</CppCompilerAndLinker>");

        await folder.RunInAsync(".", "publish", "-o", folder.PathOf("native"));

        await RunAsync(folder.PathOf("native", "Outside"));
        File.Exists(folder.PathOf("native", "StopKit.dll")).Should().BeFalse("it is part of the program");
    }

    private async Task<OutsideFolder> CreateProjectAsync(string properties)
    {
        var folder = await OutsideFolder.CreateAsync(library);
        await File.WriteAllTextAsync(folder.PathOf("Program.cs"), OutsideProgram.Source);
        await File.WriteAllTextAsync(
            folder.PathOf("Outside.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{Repository.TargetFramework}</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <SelfContained>true</SelfContained>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="StopKit" Version="[{library.Version}]" />
                <!-- All of it is looked at, not only what the program calls. -->
                <TrimmerRootAssembly Include="StopKit" />
              </ItemGroup>
            </Project>
            """);
        return folder;
    }

    private async Task RunAsync(string program)
    {
        await using var child = ChildProcess.Start(program);
        await child.WaitForLineAsync("handled: item");

        child.Signal(PosixSignal.SIGTERM);

        await child.ShouldExitAsync(143);
        child.Output.Lines.Should().Equal([.. OutsideProgram.Beginning(library.Version, Repository.TargetFramework), .. OutsideProgram.End]);
        child.Errors.Lines.Should().HaveCount(3, "a fault is logged, and a restart, and the exit code is explained").And.SatisfyRespectively(
            static line => line.Should().Be("2003 fragile: Faulted"),
            static line => line.Should().StartWith("2006 fragile: Restarts in "),
            static line => line.Should().Be("Exit code 143: SIGTERM received."));
    }
}
