using System.Diagnostics;

namespace StopKit.TestSupport;

/// <summary>A real process that is cheap to start: a script of the shell.</summary>
public static class Shell
{
    public static ProcessStartInfo StartInfo(string script) => new("sh", ["-c", script]);

    public static Process Start(string script)
    {
        var start = StartInfo(script);
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }
}
