using System.Collections.Concurrent;
using CsCheck;

namespace StopKit.Schedules.Events;

/// <summary>What a lane does to an event.</summary>
public enum EventOperation
{
    /// <summary>Waits without a thread, from then on.</summary>
    WaitAsync,

    /// <summary>Waits on the lane's thread.</summary>
    Wait,

    /// <summary>Waits with a very short limit.</summary>
    ShortWait,

    /// <summary>Sets.</summary>
    Set,

    /// <summary>Sets and resets at once.</summary>
    SetAndReset,

    /// <summary>Resets.</summary>
    Reset,

    /// <summary>Requests the stop that ends waits.</summary>
    Stop,
}

/// <summary>Waiters, setters and a stop at the same time.</summary>
/// <remarks>
/// Invariants: who waited when the event was set is released by that, whatever comes after, and is told "set" unless a stop was requested before;
/// no wait is lost: after the last set all have ended.
/// </remarks>
public sealed class EventRace : Schedule
{
    private readonly IReadOnlyList<IReadOnlyList<EventOperation>> _lanes;

    private EventRace(IReadOnlyList<IReadOnlyList<EventOperation>> lanes) => _lanes = lanes;

    /// <summary>Gets the generator.</summary>
    public static Gen<Schedule> Any { get; } = Gen.Frequency(
            (6, EventOperation.WaitAsync), (3, EventOperation.Wait), (2, EventOperation.ShortWait), (3, EventOperation.Set), (6, EventOperation.SetAndReset),
            (3, EventOperation.Reset), (1, EventOperation.Stop))
        .Array[1, 8].Array[1, 4].Select(static lanes => (Schedule)new EventRace(lanes));

    /// <inheritdoc/>
    public override void Run(Team team, TimeSpan unit)
    {
        using var scene = new Scene(this);
        scene.Run(team);
    }

    /// <inheritdoc/>
    public override IEnumerable<Schedule> Smaller() => WithoutOneStep(_lanes).Select(static lanes => new EventRace(lanes));

    /// <inheritdoc/>
    public override string ToString() => string.Join("\n", _lanes.Select(static (lane, number) => $"  lane {number}: {string.Join("; ", lane)}"));

    private sealed class Scene(EventRace race) : IDisposable
    {
        private readonly StopEvent _event = new();
        private readonly StopSource _stop = new();
        private readonly ConcurrentQueue<Task<bool>> _waits = [];
        private int _atWork;
        private int _blocked;

        public void Dispose() => _stop.Dispose();

        internal void Run(Team team)
        {
            _atWork = race._lanes.Count;
            team.Run([.. race._lanes.Select(lane => (Action)(() => RunLane(lane)))], LetGo);
            _event.Set();
            foreach (var wait in _waits)
                Require(wait.Wait(TimeSpan.FromSeconds(60)), "a wait has not ended after the last Set");
            Require(_event.IsSet, "the event is not set after Set");
        }

        private static void Require(bool condition, string otherwise)
        {
            if (!condition)
                throw new ScheduleException(otherwise);
        }

        private void RunLane(IReadOnlyList<EventOperation> lane)
        {
            // Of this lane, and so known to wait when it sets the event.
            List<Task<bool>> waiting = [];
            try
            {
                foreach (var operation in lane)
                    Do(operation, waiting);
            }
            finally
            {
                Interlocked.Decrement(ref _atWork);
            }
        }

        private void Do(EventOperation operation, List<Task<bool>> waiting)
        {
            switch (operation)
            {
                case EventOperation.WaitAsync:
                    var wait = _event.WaitAsync(_stop.Token).AsTask();
                    waiting.Add(wait);
                    _waits.Enqueue(wait);
                    break;
                case EventOperation.Wait:
                    Interlocked.Increment(ref _blocked);
                    Require(_event.Wait(_stop.Token) || _stop.IsStopRequested, "a wait without a limit has returned false, but no stop was requested");
                    Interlocked.Decrement(ref _blocked);
                    break;
                case EventOperation.ShortWait:
                    _ = _event.Wait(TimeSpan.FromTicks(1), _stop.Token);
                    break;
                case EventOperation.Set or EventOperation.SetAndReset:
                    Set(waiting, resets: operation == EventOperation.SetAndReset);
                    break;
                case EventOperation.Reset:
                    _event.Reset();
                    break;
                default:
                    _stop.RequestStop();
                    break;
            }
        }

        private void Set(List<Task<bool>> waiting, bool resets)
        {
            _event.Set();
            var stopsOnlyLater = !_stop.IsStopRequested;
            if (resets)
                _event.Reset();
            foreach (var wait in waiting)
            {
                Require(wait.Wait(TimeSpan.FromSeconds(60)), "who waited when the event was set was not released");
                Require(wait.Result || !stopsOnlyLater, "who waited when the event was set was told of a stop that came later");
            }

            waiting.Clear();
        }

        // All lanes that are left are blocked: nothing else would set the event.
        private void LetGo()
        {
            if (Volatile.Read(ref _blocked) >= Volatile.Read(ref _atWork))
            {
                _event.Set();
                _event.Reset();
            }
        }
    }
}
