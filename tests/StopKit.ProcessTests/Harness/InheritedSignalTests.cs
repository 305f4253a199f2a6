using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Harness;

public sealed class InheritedSignalTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task SIGINT_ends_a_child_although_its_parent_ignores_SIGINT()
    {
        using var ignored = new IgnoredSignal(NativeMethods.SigInt);
        await using var child = ChildProcess.Start("sh", "-c", "echo ready; exec sleep 600");
        await child.WaitForLineAsync("ready");

        Ignores(child.Id, NativeMethods.SigInt).Should().BeFalse();
        child.Signal(PosixSignal.SIGINT);

        (await child.WaitForExitAsync()).Should().Be(130);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_the_harness_the_child_would_ignore_it_too()
    {
        // What makes the test above a test: this is how a child inherits it.
        using var ignored = new IgnoredSignal(NativeMethods.SigInt);
        using var child = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;

        Ignores(child.Id, NativeMethods.SigInt).Should().BeTrue();

        child.StandardInput.Close();
        await child.WaitForExitAsync();
        child.ExitCode.Should().Be(0);
    }

    [Fact]
    public void The_tests_own_SIGINT_is_as_before_afterwards()
    {
        var before = Ignores(Environment.ProcessId, NativeMethods.SigInt);

        using (new IgnoredSignal(NativeMethods.SigInt))
            Ignores(Environment.ProcessId, NativeMethods.SigInt).Should().BeTrue();

        Ignores(Environment.ProcessId, NativeMethods.SigInt).Should().Be(before);
    }

    /// <summary>Reads the mask of ignored signals, where bit n - 1 stands for signal n.</summary>
    private static bool Ignores(int processId, int signal)
    {
        const string label = "SigIgn:";
        var line = File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith(label, StringComparison.Ordinal));
        return (Convert.ToUInt64(line[label.Length..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }
}
