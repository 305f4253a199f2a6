using System.Runtime.ExceptionServices;

namespace StopKit.Schedules;

/// <summary>Threads that run what a schedule does at the same time, and live on for the next schedule.</summary>
/// <remarks>
/// The lanes of a schedule start together, once all of them are awake: otherwise the first would often be done before the last begins.
/// The threads are background threads, so that a lane that hangs does not keep the process alive.
/// </remarks>
public sealed class Team
{
    private readonly List<Lane> _lanes = [];

    /// <summary>Runs every lane on a thread of its own, and <paramref name="meanwhile"/> on the calling thread again and again until all have ended.</summary>
    /// <param name="lanes">What to run.</param>
    /// <param name="meanwhile">Called until all lanes have ended; none by default.</param>
    public void Run(IReadOnlyList<Action> lanes, Action? meanwhile = null)
    {
        while (_lanes.Count < lanes.Count)
            _lanes.Add(new Lane());
        var start = new StartLine(lanes.Count);
        for (var number = 0; number < lanes.Count; number++)
            _lanes[number].Begin(lanes[number], start);
        var running = _lanes.Take(lanes.Count).ToArray();
        var spinner = default(SpinWait);
        while (Array.Exists(running, static lane => !lane.IsIdle))
        {
            if (start.IsOpen)
                meanwhile?.Invoke();
            spinner.SpinOnce();
        }

        foreach (var lane in running)
            lane.ThrowIfFailed();
    }

#pragma warning disable CA1001 // an event that nothing waits for any more holds nothing
    private sealed class StartLine(int expected)
#pragma warning restore CA1001
    {
        private readonly ManualResetEventSlim _open = new(initialState: false, spinCount: 200);
        private int _arrived;

        internal bool IsOpen => _open.IsSet;

        internal void ArriveAndWait()
        {
            // Spins for a moment, then blocks: on a machine with more work than cores, spinning would keep the others from arriving.
            if (Interlocked.Increment(ref _arrived) == expected)
                _open.Set();
            else
                _open.Wait();
        }
    }

#pragma warning disable CA1001 // lives as long as the process
    private sealed class Lane
#pragma warning restore CA1001
    {
        private readonly SemaphoreSlim _begun = new(0);
        private Action? _action;
        private StartLine? _start;
        private ExceptionDispatchInfo? _failure;

        internal Lane() => new Thread(Work) { IsBackground = true, Name = "lane" }.Start();

        internal bool IsIdle => Volatile.Read(ref _action) is null;

        internal void Begin(Action action, StartLine start)
        {
            _failure = null;
            _start = start;
            Volatile.Write(ref _action, action);
            _begun.Release();
        }

        internal void ThrowIfFailed() => _failure?.Throw();

        private void Work()
        {
            while (true)
            {
                _begun.Wait();
                try
                {
                    _start!.ArriveAndWait();
                    _action!();
                }
#pragma warning disable CA1031 // thrown again on the thread that runs the schedule
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    _failure = ExceptionDispatchInfo.Capture(exception);
                }

                Volatile.Write(ref _action, null); // release: the failure is seen by a reader that sees the lane idle
            }
        }
    }
}
