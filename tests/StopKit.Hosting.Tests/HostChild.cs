using System.Runtime.InteropServices;

namespace StopKit.Hosting.Tests;

/// <summary>Programs with a host, for each version of Hosting.</summary>
internal static class HostChild
{
    /// <summary>The Timeout of a test that starts one, in milliseconds.</summary>
    internal const int Limit = 120_000;

    internal const string ShortGrace = "--StopKit:Grace=00:00:01";
    internal const string ShortAbort = "--StopKit:AbortPeriod=00:00:00.5";

    private static readonly string Configuration = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!);

    /// <summary>Gets the versions of Hosting.</summary>
    internal static TheoryData<int> Versions => [8, 10, 11];

    /// <summary>Gets the versions of Hosting, each with a way to run a host: the middle one with both.</summary>
    internal static TheoryData<int, string> VersionsAndWays => new() { { 8, "host-run" }, { 10, "stopkit" }, { 10, "host-run" }, { 11, "stopkit" } };

    internal static ChildProcess Start(int version, string way, string scenario, params string[] arguments) =>
        ChildProcess.Start(DotnetCommand.Host, [PathOf(version), way, scenario, .. arguments]);

    internal static string PathOf(int version)
    {
        var (project, framework) = version switch
        {
            8 => ("StopKit.Hosting.TestChild", "net8.0"),
            10 => ("StopKit.Hosting.TestChild", "net10.0"),
            _ => ("StopKit.Hosting11.TestChild", "net10.0"),
        };
        return Repository.PathOf("tests", project, "bin", Configuration, framework, $"{project}.dll");
    }

    /// <summary>Starts a program, and sends it a signal when its workers run.</summary>
    internal static async Task<ChildProcess> StopAsync(int version, string way, string scenario, PosixSignal signal, params string[] arguments)
    {
        var child = Start(version, way, scenario, arguments);
        await child.WaitForLineAsync(way == "plain" ? "host: started" : "poller: running");
        child.Signal(signal);
        return child;
    }

    /// <summary>Gets what was printed but the lines that say that the program runs.</summary>
    internal static IEnumerable<string> Said(this ChildProcess child) =>
        child.Output.Lines.Where(static line => line is not ("host: started" or "poller: running") && !line.Contains("StopKit[", StringComparison.Ordinal));
}
