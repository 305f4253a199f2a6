using CliWrap;

namespace StopKit.ProcessTests.Comparison;

/// <summary>What docs/comparison.md says of CliWrap: each test shows its behaviour and StopKit's.</summary>
public sealed class CliWrapTests : IAsyncLifetime
{
    private const string Unwilling = "trap '' INT TERM; echo ready; while :; do sleep 0.01; done";

    // A shell that ends at once starts it, in a session of its own: it is in no tree of the process that was started.
    private const string WithDaemon = "setsid sh -c 'sleep 600 >/dev/null 2>&1 & :'; echo ready; exec sleep 600";

    private readonly ProcessFamily _family = new();
    private readonly OutputLines _output = new("stdout", () => "");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _family.KillAsync();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Its_graceful_token_has_no_grace_and_its_forceful_one_throws()
    {
        using var forceful = new CancellationTokenSource();
        using var graceful = new CancellationTokenSource();
        var run = Run(Unwilling, forceful, graceful);
        await _output.WaitForLineAsync("ready");

        await graceful.CancelAsync();
        await Eventually.BecomesTrueAsync(() => _family.Members().Count > 0);
        run.IsCompleted.Should().BeFalse("it waits as long as the process likes");

        await forceful.CancelAsync();
        await run.Invoking(run => run.WaitAsync(Patience.Limit)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_process_worker_kills_after_its_grace_and_says_so()
    {
        await using var shell = await ShellWorker.StartAsync(Unwilling);

        var result = await shell.Worker.StopAsync(grace: TimeSpan.FromMilliseconds(50));

        result.Should().Match<WorkerResult>(result => result.Outcome == WorkerOutcome.Aborted && result.ExitCode == 137);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task It_leaves_a_daemon_of_the_process_running()
    {
        using var forceful = new CancellationTokenSource();
        using var graceful = new CancellationTokenSource();
        var run = Run(WithDaemon, forceful, graceful);
        await _output.WaitForLineAsync("ready");
        await Eventually.BecomesTrueAsync(() => _family.Members().Count == 2);

        await forceful.CancelAsync();
        await run.Invoking(run => run.WaitAsync(Patience.Limit)).Should().ThrowAsync<OperationCanceledException>();

        _family.Members().Should().ContainSingle();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_process_worker_stops_a_daemon_of_its_process_too()
    {
        await using var shell = await ShellWorker.StartAsync(WithDaemon);
        await Eventually.BecomesTrueAsync(() => shell.Family.Count == 2);

        await shell.Worker.StopAsync();

        shell.Family.Should().BeEmpty();
    }

    private Task<CommandResult> Run(string script, CancellationTokenSource forceful, CancellationTokenSource graceful) => Cli.Wrap("env")
        .WithArguments(["--default-signal", "sh", "-c", script])
        .WithValidation(CommandResultValidation.None)
        .WithStandardOutputPipe(PipeTarget.ToDelegate(_output.Add))
        .ExecuteAsync(_family.Adopt, _ => { }, forceful.Token, graceful.Token);
}
