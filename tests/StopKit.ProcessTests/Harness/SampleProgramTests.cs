namespace StopKit.ProcessTests.Harness;

public sealed class SampleProgramTests
{
    private const int Limit = 600_000;

    private const string Source =
        """
        #:project ../../src/StopKit
        using var source = new StopKit.StopSource();
        source.RequestStop("enough");
        Console.WriteLine(source.Reason);
        return 7;
        """;

    [Fact(Timeout = Limit)]
    public async Task A_file_is_built_with_the_samples_settings_and_started_itself()
    {
        var source = await WriteAsync("hello", Source);

        await using var program = ChildProcess.Start(DotnetCommand.Host, await SampleProgram.BuildAsync(source));

        (await program.WaitForExitAsync()).Should().Be(7);
        program.Output.Lines.Should().Equal("enough");
    }

    [Fact(Timeout = Limit)]
    public async Task A_warning_fails_the_build_and_is_told()
    {
        var source = await WriteAsync("warned", Source.Replace("return", "int unused;\nreturn", StringComparison.Ordinal));

        var building = () => SampleProgram.BuildAsync(source);

        (await building.Should().ThrowAsync<Exception>()).Which.Message.Should().Contain("error CS0168");
    }

    /// <summary>Writes a program as deep in the repository as the samples are, each time to the same path: the SDK keeps what it built by path.</summary>
    private static async Task<string> WriteAsync(string name, string source)
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts", $"{name}-{Repository.TargetFramework}")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Directory.Build.props"), "<Project><Import Project=\"../../samples/Directory.Build.props\" /></Project>");
        var path = Path.Combine(folder, $"{name}.cs");
        await File.WriteAllTextAsync(path, source);
        return path;
    }
}
