namespace StopKit.Tests.Patterns;

/// <summary>P14, a child process: started, stopped and joined like any worker. Trees and deadlines: see the process tests.</summary>
public sealed class P14ChildProcess
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task It_ends_in_its_own_way_when_its_group_is_stopped()
    {
        var (lines, isReady) = (new Journal(), new Gate());
        await using var app = new WorkerGroup("app", options: new WorkerOptions { Grace = Patience.Limit });
        app.Add(new ProcessWorker(Shell.StartInfo("trap 'echo put away; exit 7' TERM; echo ready; while :; do sleep 0.01; done"), "child", new ProcessWorkerOptions
        {
            OutputLimit = Patience.Limit,
            OutputLine = line =>
            {
                lines.Add(line);
                isReady.Open();
            },
        }));
        app.Start();
        await isReady.PassAsync();

        await app.StopAsync();

        var entry = app.Report.Entries.Should().ContainSingle().Which;
        (entry.Path, entry.Outcome, entry.ExitCode).Should().Be(("app/child", WorkerOutcome.Stopped, 7));
        lines.Entries.Should().Equal("ready", "put away");
    }
}
