namespace StopKit.Testing;

/// <summary>Tells the record of a test what one worker does, and what is below it.</summary>
internal sealed class WorkerTestProbe(WorkerTestRecord record, WorkerWaits? waits, Worker? worker = null) : StopProbe
{
    public override void OnLook(string member, string method, string file, int line) =>
        record.OnLook(member, worker is { StopToken.Stage: not StopStage.Running });

    public override StopProbe? OnWorkerStarting(object worker, ref TimeProvider? clock)
    {
        if (clock is not null && clock != record.Clocks.Own && waits is null)
        {
            record.HasOtherClock = true;
            record.Root.RequestStop("The worker has a clock of its own."); // before it is linked: so it never runs
        }

        clock = worker is ProcessWorker ? null : clock ?? record.Clocks.Own; // a process lives in real time
        return new WorkerTestProbe(record, record.Clocks.Add(worker is WorkerGroup), (Worker)worker);
    }

    public override void OnWorkerEnded()
    {
        if (waits is not null)
            record.Clocks.Remove(waits);
    }

    public override IDisposable? OnWaiting(StopSource source, TimeProvider clock, TimeSpan timeout, Func<bool> isReleased) =>
        waits is null ? null : record.Clocks.Begin(waits, source, clock, timeout, isReleased);

    public override IDisposable? OnJoining(TimeSpan timeout) => record.BeginJoin(timeout);
}
