namespace StopKit;

internal sealed class JoinableWorker(Worker worker, string name) : Joinable(name)
{
    internal override void Check() => worker.ThrowIfNotJoinable();

    // The worker's own wait goes by the worker's clock, which may stand still. After the end it waits for the thread alone.
    internal override bool Wait(TimeSpan timeout) => ReferenceEquals(worker.Clock, TimeProvider.System)
        ? worker.WaitForEnd(timeout)
        : worker.Completion.Wait(timeout) && worker.WaitForEnd(Timeout.InfiniteTimeSpan);

    internal override Task WhenEnded(CancellationToken giveUp) => JoinableTask.WaitAsync(worker.Completion, giveUp);

    // Asked when the join is over: what runs then was waited for in vain.
    internal override IEnumerable<StopReportEntry> Entries() =>
        worker.Leaves(Name).Select(
            static leaf => new StopReportEntry(leaf.Path, leaf.Result, isGivenUp: true) { Detail = leaf.Leaf.Detail });

    private protected override Joinable Renamed(string name) => new JoinableWorker(worker, name);
}
