using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Support;

/// <summary>A sample that a test runs from its start to the end of its process.</summary>
internal static class SampleRun
{
    /// <summary>The Timeout of a test that runs a sample, in milliseconds; the first one builds it, and others may be building theirs.</summary>
    internal const int Limit = 600_000;

    /// <summary>What <c>StopApp</c> prints on stderr at the first Ctrl+C.</summary>
    internal const string Hint = "Stopping. Press Ctrl+C again to abort, a third time to end at once.";

    /// <summary>Runs a sample that ends by itself: it must exit with the code, and print nothing on stderr.</summary>
    /// <returns>The lines that it printed.</returns>
    internal static async Task<IReadOnlyList<string>> ToEndAsync(string name, int exitCode = 0)
    {
        await using var sample = await SampleProgram.StartAsync(name);
        return await EndAsync(sample, exitCode);
    }

    /// <summary>Runs a sample until it prints a line, and then sends it a signal.</summary>
    /// <returns>The lines that it printed.</returns>
    internal static async Task<IReadOnlyList<string>> ToSignalAsync(string name, string lineBefore, PosixSignal signal)
    {
        await using var sample = await SampleProgram.StartAsync(name);
        await sample.WaitForLineAsync(lineBefore);
        sample.Signal(signal);
        return await EndAsync(sample, exitCode: 0, hint: signal == PosixSignal.SIGINT);
    }

    private static async Task<IReadOnlyList<string>> EndAsync(ChildProcess sample, int exitCode, bool hint = false)
    {
        // This also sees to it that the process is gone.
        await sample.ShouldExitAsync(exitCode);
        sample.Family.Should().BeEmpty("nothing of it is left");
        sample.Errors.Lines.Where(line => !hint || line != Hint).Should().BeEmpty();
        return sample.Output.Lines;
    }
}
