namespace StopKit;

internal sealed class JoinableTask(Task task, string name) : Joinable(name)
{
    internal override void Check()
    {
        if (task.Status == TaskStatus.Created)
            throw Unjoinable("the task was not started.");
        if (task.Id == Task.CurrentId)
            throw Unjoinable("it is the calling task, which would wait for its own end.");
    }

    // Not Task.Wait, which throws what the task did: that belongs into the report.
    internal override bool Wait(TimeSpan timeout) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(timeout);

    internal override Task WhenEnded(CancellationToken giveUp) => WaitAsync(task, giveUp);

    /// <summary>
    /// Waits for the end of a task, however it ends; if it is given up, the task keeps no continuation of it.
    /// </summary>
    internal static async Task WaitAsync(Task task, CancellationToken giveUp) =>
        await task.WaitAsync(giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    internal override IEnumerable<StopReportEntry> Entries() => [task.Status switch
    {
        TaskStatus.RanToCompletion => new StopReportEntry(Name, WorkerOutcome.Completed),
        TaskStatus.Canceled => new StopReportEntry(Name, WorkerOutcome.Stopped),
        TaskStatus.Faulted => new StopReportEntry(Name, WorkerOutcome.Faulted)
        {
            Exception = task.Exception is { InnerExceptions: [var only] } ? only : task.Exception,
        },
        _ => new StopReportEntry(Name, WorkerOutcome.Abandoned),
    }];

    private protected override Joinable Renamed(string name) => new JoinableTask(task, name);
}
