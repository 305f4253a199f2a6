namespace StopKit;

internal sealed class JoinableThread(Thread thread, string name) : Joinable(name)
{
    internal override void Check()
    {
        if (thread == Thread.CurrentThread)
            throw Unjoinable("it is the calling thread, which would wait for its own end.");
        if ((thread.ThreadState & ThreadState.Unstarted) != 0)
            throw Unjoinable("the thread was not started.");
    }

    internal override bool Wait(TimeSpan timeout) => thread.Join(timeout);

    // A thread tells of its end only to another one that blocks.
    internal override async Task WhenEnded(CancellationToken giveUp)
    {
        if (!thread.IsAlive)
            return;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The waiter goes with the join and not with the thread, which may live as long as the process.
        InterruptibleWait.Start(thread.Join, _ => ended.SetResult(), giveUp, out var givenUp);
        using (givenUp)
            await ended.Task.ConfigureAwait(false);
    }

    internal override IEnumerable<StopReportEntry> Entries() =>
        [new StopReportEntry(Name, thread.IsAlive ? WorkerOutcome.Abandoned : WorkerOutcome.Completed)];

    private protected override Joinable Renamed(string name) => new JoinableThread(thread, name);
}
