namespace StopKit.ProcessTests.Processes;

/// <summary>A thread that writes more to the input of a <see cref="ProcessWorker"/> than the pipe holds, and so blocks.</summary>
public sealed class WorkerInputTests
{
    private const int Limit = 120_000;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60); // the grace of the workers is longer

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_blocked_writer_does_not_hold_up_the_stop(bool closesInput)
    {
        await using var shell = await StartAsync("echo ready; exec sleep 600", closesInput);
        await FillInputAsync(shell);

        var result = await shell.Worker.StopAsync().WaitAsync(Soon);

        (result.Outcome, result.ExitCode).Should().Be((WorkerOutcome.Stopped, 143));
        shell.Family.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_blocked_writer_does_not_hold_up_the_end_while_a_grandchild_holds_the_pipe()
    {
        await using var shell = await StartAsync("exec 3<&0; sleep 600 <&3 & echo ready; exec sleep 600", closesInput: false);
        await FillInputAsync(shell);

        var result = await shell.Worker.StopAsync().WaitAsync(Soon);

        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        shell.Family.Should().ContainSingle("the grandchild was to be left alone");
    }

    private static Task<ShellWorker> StartAsync(string script, bool closesInput) => ShellWorker.StartAsync(
        script,
        line => new ProcessWorkerOptions
        {
            OutputLine = line,
            OutputLimit = TimeSpan.FromMilliseconds(100),
            CloseInputOnStop = closesInput,
            EntireTree = false,
            Worker = new WorkerOptions { Grace = 2 * Soon, AbortPeriod = 2 * Soon },
        },
        start => start.RedirectStandardInput = true);

    /// <summary>Writes on a thread of its own, and returns when that is blocked.</summary>
    private static async Task FillInputAsync(ShellWorker shell)
    {
        var input = shell.Worker.StandardInput!;
        new Thread(() => Record.Exception(() => input.Write(new string('x', 1 << 20)))) { IsBackground = true }.Start();
        using var pipe = File.OpenHandle($"/proc/{shell.Worker.ProcessId}/fd/0", share: FileShare.ReadWrite);
        // A pipe has 16 pages; what the writer has left to write is more.
        await Eventually.BecomesTrueAsync(() => NativeMethods.Readable(pipe) >= 65_536);
    }
}
