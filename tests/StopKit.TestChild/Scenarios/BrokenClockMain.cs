namespace StopKit.TestChild.Scenarios;

/// <summary>A main whose options have a clock that throws whatever it is asked.</summary>
internal static class BrokenClockMain
{
    public static int Run(bool isStuck)
    {
        var options = new ShutdownOptions
        {
            TimeProvider = new BrokenClock(),
            Grace = TimeSpan.FromMilliseconds(isStuck ? 100 : 60_000),
            AbortPeriod = TimeSpan.FromMilliseconds(100),
            DrainDelay = TimeSpan.FromMilliseconds(1),
        };
        return StopApp.Run(
            stop =>
            {
                Console.WriteLine("ready");
                stop.Wait();
                if (isStuck)
                    Thread.Sleep(Timeout.Infinite);
                Console.WriteLine("stopped");
            },
            options);
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override long TimestampFrequency => throw new InvalidOperationException("no frequency");

        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("no time");

        public override long GetTimestamp() => throw new InvalidOperationException("no time");

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new InvalidOperationException("no timer");
    }
}
