using System.Diagnostics;

namespace StopKit.Tests.Support;

/// <summary>A real process that is cheap to start: a script of the shell.</summary>
internal static class Shell
{
    internal static ProcessStartInfo StartInfo(string script) => new("sh", ["-c", script]);

    internal static Process Start(string script)
    {
        var start = StartInfo(script);
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }
}
