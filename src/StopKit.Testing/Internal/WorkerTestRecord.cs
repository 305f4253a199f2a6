namespace StopKit.Testing;

/// <summary>What a <see cref="WorkerTest"/> knows of its worker and the workers below it.</summary>
internal sealed class WorkerTestRecord
{
    private static readonly ManualResetEventSlim Never = new();

    private long _looks;
    private long _looksAtStop = -1;
    private string _last = "";
    private volatile bool _isGivenUp;

    internal WorkerTestRecord(WorkerTestOptions options)
    {
        Options = options;
        Clocks = new Clocks(options.AutoAdvance);
        Root = new StopSource(Clocks.Own);
        StopProbe.Attach(Root, new WorkerTestProbe(this, waits: null));
    }

    internal WorkerTestOptions Options { get; }

    internal Clocks Clocks { get; }

    /// <summary>Gets what the worker hangs on; only its aborted construction stops it.</summary>
    internal StopSource Root { get; }

    /// <summary>Gets or sets a value indicating whether the worker has a clock that this test cannot move.</summary>
    internal bool HasOtherClock { get; set; }

    internal bool HasLooked => Interlocked.Read(ref _looks) > 0;

    /// <summary>Gets a number that changes as long as anything happens.</summary>
    internal long Activity => Interlocked.Read(ref _looks) + Clocks.Changes;

    internal bool IsGivenUp => _isGivenUp;

    internal void OnLook(string member, bool isStopped)
    {
        var looks = Interlocked.Increment(ref _looks);
        Volatile.Write(ref _last, member);
        if (isStopped)
            Interlocked.CompareExchange(ref _looksAtStop, looks, -1);
        if (_isGivenUp)
            Never.Wait(); // it has failed, and would go on for ever at the expense of the tests that follow
    }

    /// <summary>Lets what has not ended stand still at its next look.</summary>
    internal void GiveUp() => _isGivenUp = true;

    internal string LooksText()
    {
        var all = Interlocked.Read(ref _looks);
        var isStopped = Interlocked.Read(ref _looksAtStop) is >= 0;
        var looks = isStopped ? all - Interlocked.Read(ref _looksAtStop) + 1 : all;
        var last = all > 0 ? $", the last by {Volatile.Read(ref _last)}" : "";
        return FormattableString.Invariant($"{looks} {(looks == 1 ? "look" : "looks")}{(isStopped ? " since the stop" : "")}{last}");
    }

    /// <summary>
    /// Lets the time move by itself while something waits for the worker's end by a clock that stands still.
    /// </summary>
    internal JoinWait BeginJoin(TimeSpan timeout)
    {
        var join = Clocks.BeginJoin(timeout);
        _ = MoveForAsync(join);
        return join;
    }

    // What is deaf does not wait for the clock, so that nothing would ever move it. Then the watchdog does, timer by timer.
    private async Task MoveForAsync(JoinWait join)
    {
        var time = new RealTime(Options.Watchdog);
        var sinceMove = 0;
        while (!join.HasEnded)
        {
            await RealTime.PauseAsync().ConfigureAwait(false);
            time.Note(Activity);
            if (time.IsOver && sinceMove++ % RealTime.QuietPauses == 0)
                Clocks.MoveIfDue();
        }
    }
}
