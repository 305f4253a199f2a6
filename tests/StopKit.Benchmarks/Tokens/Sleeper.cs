namespace StopKit.Benchmarks;

/// <summary>One way to block threads until they are woken.</summary>
internal abstract class Sleeper : IDisposable
{
    internal static Func<Sleeper> OfStopKit { get; } = static () => new StopSleeper();

    internal static (string Name, Func<Sleeper> Make)[] OfPlatform { get; } =
    [
        ("`ManualResetEvent`", static () => new HandleSleeper()),
        ("`ManualResetEventSlim`", static () => new SlimSleeper()),
        ("`CancellationToken.WaitHandle`", static () => new TokenSleeper()),
        ("`Monitor`", static () => new MonitorSleeper()),
    ];

    internal abstract void Block();

    internal abstract void Wake();

    public abstract void Dispose();

    /// <summary>Returns when a thread is blocked; not observed by the thread itself, so it costs none of the contenders anything.</summary>
    internal static void AwaitBlocked(Thread thread)
    {
        while ((thread.ThreadState & ThreadState.WaitSleepJoin) == 0)
            Thread.Yield();
    }

    private sealed class StopSleeper : Sleeper
    {
        private readonly StopSource _stop = new();

        internal override void Block() => _stop.Token.Wait();

        internal override void Wake() => _stop.RequestStop();

        public override void Dispose() => _stop.Dispose();
    }

    private sealed class HandleSleeper : Sleeper
    {
        private readonly ManualResetEvent _event = new(initialState: false);

        internal override void Block() => _event.WaitOne();

        internal override void Wake() => _event.Set();

        public override void Dispose() => _event.Dispose();
    }

    private sealed class SlimSleeper : Sleeper
    {
        private readonly ManualResetEventSlim _event = new();

        internal override void Block() => _event.Wait();

        internal override void Wake() => _event.Set();

        public override void Dispose() => _event.Dispose();
    }

    private sealed class TokenSleeper : Sleeper
    {
        private readonly CancellationTokenSource _cancellation = new();

        internal override void Block() => _cancellation.Token.WaitHandle.WaitOne();

        internal override void Wake() => _cancellation.Cancel();

        public override void Dispose() => _cancellation.Dispose();
    }

    private sealed class MonitorSleeper : Sleeper
    {
        private readonly object _lock = new();
        private bool _isWoken;

        internal override void Block()
        {
            lock (_lock)
            {
                while (!_isWoken)
                    Monitor.Wait(_lock);
            }
        }

        internal override void Wake()
        {
            lock (_lock)
            {
                _isWoken = true;
                Monitor.PulseAll(_lock);
            }
        }

        public override void Dispose()
        {
            // A monitor has nothing to release.
        }
    }
}
