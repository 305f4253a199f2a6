using System.Collections.Concurrent;

namespace StopKit.ProcessTests.Support;

/// <summary>The samples as programs of their own: a signal to <c>dotnet run</c> would be a signal to <c>dotnet</c>.</summary>
internal static class SampleProgram
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Builds = new();

    /// <summary>Starts <c>samples/NAME.cs</c>; the first time in a test run it is built.</summary>
    public static async Task<ChildProcess> StartAsync(string name, params string[] arguments)
    {
        var build = Builds.GetOrAdd(name, static key => new(() => BuildAsync(Repository.PathOf("samples", $"{key}.cs"))));
        return ChildProcess.Start(DotnetCommand.Host, [await build.Value, .. arguments]);
    }

    /// <summary>Builds a file-based program, and StopKit if it needs it.</summary>
    /// <returns>The path of its dll.</returns>
    public static async Task<string> BuildAsync(string source)
    {
        // The tests for the other target framework run at the same time and build the same files.
        var artifacts = Directory.CreateDirectory(Repository.PathOf("artifacts")).FullName;
        await using var gate = await FileLock.TakeAsync(Path.Combine(artifacts, "samples.lock"));
        return await SampleBuilds.BuildAsync(source);
    }
}
