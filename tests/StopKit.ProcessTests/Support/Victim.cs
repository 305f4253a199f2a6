using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Support;

/// <summary>
/// A shell script that a test stops. Like of a <see cref="ChildProcess"/> nothing of it outlives the test; unlike of that one, its
/// <see cref="System.Diagnostics.Process"/> is the test's to hand on, and its output is read only as far as the test asks.
/// </summary>
internal sealed class Victim : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ProcessFamily _family = new();
    private bool _isDisposed;

    private Victim(string[] command, Action<ProcessStartInfo>? configure)
    {
        var start = new ProcessStartInfo("env", ["--default-signal", .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _family.Adopt(start);
        configure?.Invoke(start);
        Process = Process.Start(start)!;
    }

    public Process Process { get; }

    public int Id => Process.Id;

    /// <summary>Gets the victim and its descendants that run now.</summary>
    public IReadOnlyList<ProcessIdentity> Family => _family.Members();

    /// <summary>Runs a script until it prints <c>ready</c>.</summary>
    public static Task<Victim> StartAsync(string script, Action<ProcessStartInfo>? configure = null) => StartAsync(["sh", "-c", script], configure);

    /// <summary>Runs a script that prints <c>ready</c> by any shell, or by a program that runs one.</summary>
    public static async Task<Victim> StartAsync(string[] command, Action<ProcessStartInfo>? configure = null)
    {
        var victim = new Victim(command, configure);
        await victim.WaitForLineAsync("ready");
        return victim;
    }

    public async Task WaitForLineAsync(string line)
    {
        while (await Process.StandardOutput.ReadLineAsync().WaitAsync(Limit) is var read && read != line)
        {
            if (read is null)
                throw new EndOfStreamException($"no \"{line}\"");
        }
    }

    /// <summary>Waits until so many run, the victim included.</summary>
    public async Task<IReadOnlyList<ProcessIdentity>> WaitForFamilyAsync(int count)
    {
        await Eventually.BecomesTrueAsync(() => Family.Count >= count);
        return Family;
    }

    /// <summary>Counts those of the family that are a program of this name by now.</summary>
    public int CountOf(string name) => Family.Count(member => ProcessEntry.Read(member.Id)?.Name() == name);

    /// <summary>Stops it with a grace that lasts until all who obey have done so, however long that takes them.</summary>
    public async Task<ProcessStopResult> StopAsync(Func<bool> haveObeyed, string? mark = null)
    {
        using var cut = new CancellationTokenSource();
        var stopping = ProcessStop.StopAsync(Process, mark, new ProcessStopOptions { Grace = Timeout.InfiniteTimeSpan }, cut.Token);
        await Eventually.BecomesTrueAsync(haveObeyed);
        await cut.CancelAsync();
        return await stopping.WaitAsync(Limit);
    }

    public void Signal(int signal)
    {
        if (Process.HasExited || NativeMethods.Kill(Id, signal) != 0)
            throw new InvalidOperationException($"signal {signal} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (!Process.HasExited)
            Process.Kill(); // the family does not see it while it is becoming another program
        await _family.KillAsync();
        await Eventually.BecomesTrueAsync(() => Process.HasExited);
        Process.Dispose();
    }
}
