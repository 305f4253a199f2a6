using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Shutdown;

/// <summary>A program that was started with SIGINT ignored.</summary>
public sealed class IgnoredSignalTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Started_in_the_background_of_a_script_it_does_not_hear_SIGINT_and_stops_on_SIGTERM()
    {
        // A shell without job control starts what follows by & with SIGINT and SIGQUIT ignored; the input it would take away.
        await using var script = ChildProcess.Start(
            "sh", "-c", """exec 3<&0; sh -c 'echo "pid $$"; exec "$0" "$@"' "$0" "$@" <&3 & wait $!; echo "code $?" """,
            DotnetCommand.Host, Path.Combine(AppContext.BaseDirectory, "StopKit.TestChild.dll"), "patient", "debounce=0", "grace=-1");
        var id = int.Parse((await script.WaitForLineAsync("pid ")).AsSpan(4), System.Globalization.CultureInfo.InvariantCulture);
        await script.WaitForLineAsync("ready");

        NativeMethods.Kill(id, SignalNumbers.Of(PosixSignal.SIGINT)).Should().Be(0);
        NativeMethods.Kill(id, SignalNumbers.Of(PosixSignal.SIGQUIT)).Should().Be(0);
        NativeMethods.Kill(id, SignalNumbers.Of(PosixSignal.SIGTERM)).Should().Be(0);
        await script.WaitForLineAsync("stopping: SIGTERM received");
        script.Input.Close();

        await script.WaitForLineAsync("ends, abort: none");
        await script.WaitForLineAsync("code 0");
        (await script.WaitForExitAsync()).Should().Be(0);
    }
}
