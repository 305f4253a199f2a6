namespace StopKit;

internal sealed class JoinableWorker(Worker worker, string name) : Joinable(name)
{
    internal override void Check() => worker.ThrowIfNotJoinable();

    internal override bool Wait(TimeSpan timeout) => worker.WaitForEnd(timeout);

    internal override Task WhenEnded() => worker.Completion;

    internal override IEnumerable<StopReportEntry> Entries(TimeSpan elapsed) =>
        worker.Leaves(Name).Select(static leaf => new StopReportEntry(leaf.Path, leaf.Leaf.Snapshot()));

    private protected override Joinable Renamed(string name) => new JoinableWorker(worker, name);
}
