namespace StopKit.ProcessTests.Support;

/// <summary>
/// Builds file-based programs, one at a time, in one shell: the compiler that the first build starts stays warm for some thirty others,
/// which takes more than half of their time away.
/// </summary>
/// <remarks>
/// The compiler has a name of its own, so that no other build of the machine talks to it; with the shell it ends at the end of the tests.
/// </remarks>
internal sealed class SampleBuilds : IDisposable
{
    private const string Script =
        """
        while IFS= read -r source; do
            cd "${source%/*}"
            "$2" build "$source" -t:Build -getProperty:TargetPath "-p:UseSharedCompilation=true;SharedCompilationId=stopkit-$$" >"$1" 2>&1
            echo "ended with $?"
        done
        """;

    // A build takes some seconds; the rest is for a machine that is busy with something else.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private static readonly Lazy<SampleBuilds> Current = new(static () => new SampleBuilds());

    private readonly TempFolder _folder = new();
    private readonly ChildProcess _shell;

    private SampleBuilds()
    {
        _shell = ChildProcess.Start(
            start => DotnetCommand.Configure(start, _folder.Path), "sh", "-c", Script, "sh", Log, DotnetCommand.Host);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    private string Log => _folder.PathOf("log");

    /// <summary>Builds a file-based program, and StopKit if it needs it. One build at a time: the caller sees to that.</summary>
    /// <returns>The path of its dll.</returns>
    public static async Task<string> BuildAsync(string source)
    {
        var builds = Current.Value;
        await builds._shell.Input.WriteLineAsync(source);
        await builds._shell.Input.FlushAsync();
        var end = await builds._shell.WaitForLineAsync("ended with ", Limit);
        var printed = await File.ReadAllLinesAsync(builds.Log);
        end.Should().Be("ended with 0", "of {0}, which printed:\n{1}", source, string.Join('\n', printed));
        return printed.Should().ContainSingle("a build prints the path and no warning").Which;
    }

    public void Dispose()
    {
        _shell.DisposeAsync().AsTask().Wait(ChildProcess.DefaultTimeout);
        _folder.Dispose();
    }
}
