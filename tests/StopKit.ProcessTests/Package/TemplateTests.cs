using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Package;

/// <summary>The template, used as a stranger uses it.</summary>
[Collection(nameof(PackedLibrary))]
public sealed class TemplateTests(PackedLibrary library)
{
    [Fact(Timeout = 300_000)]
    public async Task The_worker_template_makes_a_program_that_builds_without_a_warning_and_stops_cleanly()
    {
        using var folder = await OutsideFolder.CreateAsync(library);
        string[] hive = ["--debug:custom-hive", folder.PathOf("hive")];
        await folder.RunInAsync(".", ["new", "install", library.PathOf("StopKit.Templates"), .. hive]);
        await folder.RunInAsync(".", ["new", "stopkit-worker", "--name", "Made", "--framework", Repository.TargetFramework, .. hive]);
        await folder.RunInAsync("Made", "build", "-o", folder.PathOf("out"));

        await using var program = ChildProcess.Start(
            // A machine may have only the .NET 10 runtime.
            static start => start.Environment["DOTNET_ROLL_FORWARD"] = "Major", DotnetCommand.Host, folder.PathOf("out", "Made.dll"));
        await program.WaitForLineAsync("printer: job 1");
        program.Signal(PosixSignal.SIGTERM);

        await program.ShouldExitAsync(0);
        program.Errors.Lines.Should().BeEmpty();
        program.Output.Lines.Where(static line => !line.StartsWith("printer: job", StringComparison.Ordinal)).Should().SatisfyRespectively(
            static line => line.Should().Be("poller: stopped, SIGTERM received"),
            static line => line.Should().Be("printer: put away, 0 jobs left"),
            static line => line.Should().StartWith("app: all 2 ended after "),
            static line => line.Should().EndWith("worker"),
            static line => line.Should().StartWith("  Stopped").And.EndWith("app/printer"),
            static line => line.Should().StartWith("  Stopped").And.EndWith("app/poller"));
    }
}
