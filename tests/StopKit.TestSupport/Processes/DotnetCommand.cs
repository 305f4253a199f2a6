using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.TestSupport;

/// <summary>Runs a <c>dotnet</c> command that must succeed.</summary>
public static class DotnetCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Gets the <c>dotnet</c> that runs these tests.</summary>
    public static string Host { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    /// <summary>Runs the command in a folder.</summary>
    /// <returns>What it printed on stdout.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string folder, params string[] arguments)
    {
        await using var command = ChildProcess.Start(start => Configure(start, folder), Host, arguments);
        await command.ShouldExitAsync(0, Limit);
        return command.Output.Lines;
    }

    /// <summary>Makes a <c>dotnet</c> command that starts no servers and does not know that a <c>dotnet test</c> is around it.</summary>
    public static void Configure(ProcessStartInfo start, string folder)
    {
        start.WorkingDirectory = folder;
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        // A server would outlive the command, keep its output open, and be killed while a later build talks to it.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
    }
}
