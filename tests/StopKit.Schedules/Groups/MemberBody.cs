namespace StopKit.Schedules.Groups;

/// <summary>The code of a member: does its deed, and tells its track.</summary>
/// <param name="track">The track.</param>
/// <param name="time">The clock of the schedule.</param>
/// <param name="unit">The length of a unit of time.</param>
/// <param name="release">Ends what would never end by itself.</param>
public sealed class MemberBody(MemberTrack track, TimeProvider time, TimeSpan unit, Release release)
{
    /// <summary>Makes the worker of a member that is no group.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Its options.</param>
    /// <returns>The worker, not started.</returns>
    public Worker Make(string name, WorkerOptions options) => track.Spec.Kind switch
    {
        MemberKind.Thread => new OnThread(this, name, options with { IsBackground = true }),
        MemberKind.Task => new OnTasks(this, name, options),
        MemberKind.Periodic => new Ticking(this, name, unit, options),
        _ => Queue.Make(this, name, options),
    };

    /// <summary>Adds the member to a group as a body, with options of its own.</summary>
    /// <param name="group">The group.</param>
    /// <param name="options">The options.</param>
    /// <returns>True if it was added.</returns>
    public bool AddTo(WorkerGroup group, MemberOptions options) => track.Spec.Kind == MemberKind.Thread
        ? group.Add(track.Name, Run, options with { Worker = options.Worker! with { IsBackground = true } })
        : group.Add(track.Name, stop => RunAsync(stop, blocks: false), options);

    private void Run(StopToken stop) => RunAsync(stop, blocks: true).GetAwaiter().GetResult();

    /// <summary>Does the deed; without an await where it blocks, so that it needs no thread of the pool.</summary>
    private async Task RunAsync(StopToken stop, bool blocks)
    {
        var run = track.Enter(time.GetTimestamp());
        try
        {
            if (track.Spec.Callback == BlockingCallback.OnStop)
                stop.OnStop(_ => release.Block());
            else if (track.Spec.Callback == BlockingCallback.OnAbort)
                stop.OnAbort(_ => release.Block());
            await BecomeReadyAsync(run, stop, blocks).ConfigureAwait(false);
            await DoAsync(run, stop, blocks).ConfigureAwait(false);
        }
        catch (Exception) when (NoteThrown())
        {
            throw;
        }
        finally
        {
            track.Exit(time.GetTimestamp());
        }
    }

    private bool NoteThrown()
    {
        track.HasThrown = true;
        return false;
    }

    private async Task BecomeReadyAsync(int run, StopToken stop, bool blocks)
    {
        var ready = track.Spec.Ready;
        switch (ready.Kind)
        {
            case ReadyKind.Unreported or ReadyKind.Never:
                return;
            case ReadyKind.Later:
                if (await StopAsync(stop, unit * ready.After, blocks).ConfigureAwait(false))
                    return;
                break;
            case ReadyKind.TooLate:
                await ReleaseAsync(unit * (ready.Limit + ready.After), blocks).ConfigureAwait(false);
                break;
            case ReadyKind.FaultsFirst when run <= 1 + (ready.After % 2):
                await StopAsync(stop, unit * ready.After, blocks).ConfigureAwait(false);
                throw new InvalidDataException(track.Name);
        }

        track.Report(time.GetTimestamp());
        stop.ReportReady();
    }

    private async Task DoAsync(int run, StopToken stop, bool blocks)
    {
        var pause = unit * track.Spec.Units;
        switch (track.Spec.Deed)
        {
            case MemberDeed.Stubborn:
                await ReleaseAsync(Timeout.InfiniteTimeSpan, blocks).ConfigureAwait(false);
                return;
            case MemberDeed.Completes:
                await StopAsync(stop, pause, blocks).ConfigureAwait(false);
                return;
            case MemberDeed.Faults:
                await StopAsync(stop, pause, blocks).ConfigureAwait(false);
                throw new InvalidDataException(track.Name);
            case MemberDeed.FaultsFirst when run <= 1 + (track.Spec.Units % 2):
                throw new InvalidDataException(track.Name);
            case MemberDeed.Exits:
                await StopAsync(stop, pause, blocks).ConfigureAwait(false);
                throw new ExitException(7);
        }

        await StopAsync(stop, Timeout.InfiniteTimeSpan, blocks).ConfigureAwait(false);
        switch (track.Spec.Deed)
        {
            case MemberDeed.Slow:
                await ReleaseAsync(pause, blocks).ConfigureAwait(false);
                break;
            case MemberDeed.UntilAbort:
                while (!stop.IsAbortRequested && !release.IsReleased)
                    await ReleaseAsync(unit / 4, blocks).ConfigureAwait(false);
                break;
            case MemberDeed.FaultsOnStop:
                throw new InvalidDataException(track.Name);
        }
    }

    private async ValueTask<bool> StopAsync(StopToken stop, TimeSpan timeout, bool blocks)
    {
        var isAsked = blocks ? stop.Wait(timeout) : await stop.WaitAsync(timeout).ConfigureAwait(false);
        if (isAsked)
            track.Ask(time.GetTimestamp(), stop.Stage);
        return isAsked;
    }

    private async ValueTask ReleaseAsync(TimeSpan timeout, bool blocks)
    {
        if (blocks)
            release.Block(timeout);
        else
            await release.WaitAsync(timeout).ConfigureAwait(false);
    }

    private void CleanUp()
    {
        if (track.Spec.Deed != MemberDeed.SlowCleanUp)
            return;
        release.Block(unit * track.Spec.Units);
        track.EndedAt = time.GetTimestamp();
    }

    private sealed class OnThread(MemberBody body, string name, WorkerOptions options) : ThreadWorker(name, options)
    {
        protected override void Run(StopToken stop) => body.Run(stop);

        protected override void CleanUp(StopToken shielded) => body.CleanUp();
    }

    private sealed class OnTasks(MemberBody body, string name, WorkerOptions options) : AsyncWorker(name, options)
    {
        protected override Task RunAsync(StopToken stop) => body.RunAsync(stop, blocks: false);
    }

    private sealed class Ticking(MemberBody body, string name, TimeSpan period, WorkerOptions options) : PeriodicWorker(period, name, options)
    {
        private bool _hasTicked;

        protected override async Task TickAsync(StopToken stop)
        {
            if (_hasTicked)
                return;
            _hasTicked = true;
            await body.RunAsync(stop, blocks: false).ConfigureAwait(false);
            Complete();
        }
    }

    private sealed class Queue(MemberBody body, string name, WorkerOptions options) : QueueWorker<int>(4, name, options)
    {
        internal static Queue Make(MemberBody body, string name, WorkerOptions options)
        {
            var queue = new Queue(body, name, options);
            queue.TryPost(0);
            queue.TryPost(1);
            return queue;
        }

        // The handler's token sees only the abort, so it looks at the worker's own.
        protected override Task HandleAsync(int item, StopToken stop) => item == 0 ? body.RunAsync(StopToken, blocks: false) : Task.CompletedTask;
    }
}
