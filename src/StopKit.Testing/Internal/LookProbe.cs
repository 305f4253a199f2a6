namespace StopKit.Testing;

/// <summary>Passes on to the run what the code of one worker does, and of what is below it.</summary>
internal sealed class LookProbe(Run run, Lane lane, Worker? worker, WorkerWaits? waits) : StopProbe
{
    public override void OnLook(string member, string method, string file, int line) =>
        run.OnLook(lane, Look.At(member, method, file, line), worker);

    public override StopProbe? OnWorkerStarting(object starting, ref TimeProvider? clock)
    {
        clock = starting is ProcessWorker ? null : clock ?? run.Clock; // a process lives in real time
        var child = (Worker)starting;
        return new LookProbe(run, run.LaneFor(lane, child.Name), child, run.Clocks.Add(child is WorkerGroup));
    }

    public override void OnWorkerEnded()
    {
        if (waits is not null)
            run.Clocks.Remove(waits);
    }

    public override IDisposable? OnWaiting(StopSource source, TimeProvider clock, TimeSpan timeout, Func<bool> isReleased) =>
        waits is null ? null : run.Clocks.Begin(waits, source, clock, timeout, isReleased);
}
