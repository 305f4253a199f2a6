using System.Collections.Concurrent;

namespace StopKit.Schedules.Groups;

/// <summary>One run of a <see cref="GroupRace"/>.</summary>
internal sealed partial class GroupScene
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Release _release = new();
    private readonly GroupRace _race;
    private readonly TimeSpan _unit;
    private readonly TimeSpan _slack; // what a machine under load may add to any limit
    private readonly WorkerGroup _group;
    private readonly ConcurrentQueue<MemberTrack> _tracks = [];
    private readonly ConcurrentQueue<(Worker Worker, bool IsAccepted)> _workers = [];
    private readonly ConcurrentDictionary<(string What, long Since), TimeSpan> _bounded = [];
    private readonly ConcurrentQueue<Task> _unbounded = [];
    private readonly List<Worker> _named = [];
    private readonly HashSet<string> _stoppedAlone = [];
    private ScheduleException? _late;
    private long _startedAt;
    private long _askedAt;
    private int _added;

    internal GroupScene(GroupRace race, TimeSpan unit)
    {
        (_race, _unit, _slack) = (race, unit, unit * 150);
        _group = Build(race.Group, "m", isRoot: true);
        if (race.Callback == BlockingCallback.OnAbort)
            _group.StopToken.OnAbort(_ => _release.Block());
    }

    internal void Run(Team team)
    {
        using var pool = _race.ExhaustsPool ? new BusyPool(_release) : null;
        WorkerResult? result = null;
        StopReport? report = null;
        List<MemberTrack> running = [];
        var (starts, hasEnded) = (0, false);
        try
        {
            team.Run([.. _race.Lanes.Select(lane => (Action)(() => RunLane(lane)))], Watch);
            team.Run(
                [
                    () =>
                    {
                        NoteRequest();
                        result = Bounded($"Stop({_race.LastGrace})", _race.LastGrace, () => _group.Stop(_unit * _race.LastGrace));
                        // In this order: nothing starts any more, so what runs now ran when the report was made.
                        report = _group.Report;
                        hasEnded = _group.Completion.IsCompleted; // before the look at what runs, which may end at any moment
                        running = [.. _tracks.Where(static track => track.Running > 0)];
                        starts = _tracks.Sum(static track => track.Starts);
                    },
                ],
                Watch);
            CheckReport(result!, report!, running, hasEnded);
            CheckNames(report!);
            CheckOrder();
            CheckStart(_race.Group, "m");
        }
        finally
        {
            _release.Set();
        }

        CheckEnd(starts, report!);
        if (_late is not null)
            throw _late;
    }

    private static void Require(bool condition, string otherwise, bool isTiming = false)
    {
        if (!condition)
            throw new ScheduleException(otherwise, isTiming);
    }

    private WorkerGroup Build(GroupSpec spec, string name, bool isRoot = false)
    {
        var options = new WorkerOptions { Grace = _unit * spec.Grace, AbortPeriod = _unit * spec.AbortPeriod };
        var group = new WorkerGroup(name, spec.Policy.Make(), options);
        for (var number = 0; number < spec.Members.Count; number++)
            Add(group, spec.Members[number], $"{name}.{number}", options, isRoot);
        return group;
    }

    private void Add(WorkerGroup group, MemberSpec spec, string name, WorkerOptions options, bool isRoot)
    {
        options = options with { ReportsReady = spec.Ready.IsReported, ReadyLimit = _unit * spec.Ready.Limit };
        var member = new MemberOptions { Order = spec.Order, Policy = spec.Policy?.Make() };
        switch (spec.Added)
        {
            case AddedAs.Factory:
                group.Add(Factory(spec, name, options), member);
                return;
            case AddedAs.Body:
                Body(spec, name).AddTo(group, member with { Worker = options });
                return;
        }

        var worker = Factory(spec, name, options)();
        var isAccepted = group.Add(worker, member);
        if (!isRoot)
            return;
        _named.Add(worker);
        _workers.Enqueue((worker, isAccepted));
    }

    private Func<Worker> Factory(MemberSpec spec, string name, WorkerOptions options)
    {
        if (spec.Group is { } inner)
            return () => Build(inner, name);
        var body = Body(spec, name);
        return () => body.Make(name, options);
    }

    private MemberBody Body(MemberSpec spec, string name)
    {
        // One track for all instances, also over restarts of the group around it.
        var track = _tracks.FirstOrDefault(track => track.Name == name);
        if (track is null)
            _tracks.Enqueue(track = new MemberTrack(name, spec));
        return new MemberBody(track, _time, _unit, _release);
    }

    private void RunLane(IReadOnlyList<GroupStep> lane)
    {
        foreach (var step in lane)
        {
            if (step.After > 0)
                _release.Block(_unit * step.After);
            Do(step);
        }
    }

    private void Do(GroupStep step)
    {
        var member = step.IsAboutMember && _named.Count > 0 ? _named[step.Member % _named.Count] : null;
        var grace = _unit * step.Units;
        switch (step.Operation)
        {
            case GroupOperation.Start:
                Start();
                break;
            case GroupOperation.RequestStop:
                Request(() => _group.RequestStop());
                break;
            case GroupOperation.RequestStopWithGrace:
                Request(() => _group.RequestStop(grace: grace));
                break;
            case GroupOperation.RequestAbort:
                Request(() => _group.RequestAbort());
                break;
            case GroupOperation.Stop:
                NoteRequest();
                Bounded($"Stop({step.Units})", step.Units, () => _group.Stop(grace));
                break;
            case GroupOperation.StopAsync:
                NoteRequest();
                // Awaited on the lane's own thread; when the pool is exhausted, StopAsync is not promised to end.
                var stop = _group.StopAsync(grace);
                if (!_race.ExhaustsPool)
                    Bounded($"StopAsync({step.Units})", step.Units, () => stop.GetAwaiter().GetResult());
                break;
            case GroupOperation.Dispose:
                NoteRequest();
                Bounded("Dispose", _race.Group.Grace, () => { _group.Dispose(); return true; });
                break;
            case GroupOperation.Add:
                AddMore(step.Added);
                break;
            case GroupOperation.DisposeMember when member is not null:
                Bounded($"Dispose of {member.Name}", _race.Group.Grace, () => { member.Dispose(); return true; }, member);
                break;
            case GroupOperation.StopMember when member is not null:
                Bounded($"Stop of {member.Name}", step.Units, () => member.Stop(grace), member);
                break;
            case GroupOperation.RequestStopOfMember when member is not null:
                Request(() => member.RequestStop(), isOfGroup: false);
                break;
            case GroupOperation.Report:
                _ = (_group.Report.ToString(), _group.Report.ToMermaid());
                break;
            // A member that was asked to stop without a limit may hold up the start; one that ended unstarted is told from one that waits
            // by no report; and without the pool no order waits for another.
            case GroupOperation.AwaitReady when !_race.ExhaustsPool && !_race.Lanes.Any(static lane => lane.Any(static step => step.IsAboutMember)):
                AwaitReady();
                break;
        }

        if (member is not null)
        {
            lock (_stoppedAlone)
                _stoppedAlone.Add(member.Name);
        }
    }

    private void AwaitReady()
    {
        // Or until no order waits any more: a last one that is late and is to be restarted holds up nothing but the group's readiness.
        var isReady = _group.WhenReady;
        bool HasStarted() => isReady.IsCompleted || !_group.Report.Entries.Any(static entry => entry.Outcome == WorkerOutcome.NotRun);
        var limit = _race.Group.MostUnitsToReady() + _race.Lanes.SelectMany(static lane => lane).Sum(static step => step.After + step.Units + 120);
        Bounded("the wait for WhenReady", limit, () => SpinWait.SpinUntil(() => _release.IsReleased || HasStarted(), Timeout.Infinite));
    }

    private void Start()
    {
        Interlocked.CompareExchange(ref _startedAt, _time.GetTimestamp(), 0);
        try
        {
            _group.Start();
        }
        catch (InvalidOperationException exception) when (exception is ObjectDisposedException disposed
            ? _race.Lanes.Any(static lane => lane.Any(static step => step.Operation == GroupOperation.Dispose)) && disposed.ObjectName == typeof(WorkerGroup).FullName
            : Count(GroupOperation.Start) > 1)
        {
            // A second start, or one after the dispose.
        }
    }

    private int Count(GroupOperation operation) => _race.Lanes.Sum(lane => lane.Count(step => step.Operation == operation));

    private void AddMore(MemberSpec spec)
    {
        var name = $"added.{Interlocked.Increment(ref _added)}";
        var options = new WorkerOptions { Grace = _unit, AbortPeriod = _unit, ReportsReady = spec.Ready.IsReported, ReadyLimit = _unit * spec.Ready.Limit };
        var worker = Factory(spec with { Added = AddedAs.Worker }, name, options)();
        _workers.Enqueue((worker, _group.Add(worker, new MemberOptions { Order = spec.Order, Policy = spec.Policy?.Make() })));
    }

    // On a thread of its own: a request waits, by contract, for callbacks, and some of these block.
    private void Request(Func<bool> request, bool isOfGroup = true)
    {
        if (isOfGroup)
            NoteRequest();
        _unbounded.Enqueue(Task.Factory.StartNew(request, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    private void NoteRequest() => Interlocked.CompareExchange(ref _askedAt, _time.GetTimestamp(), 0);

    private T Bounded<T>(string what, int grace, Func<T> call, Worker? member = null)
    {
        // The abort period comes once for the members, once for the group itself, once for callbacks that block.
        var abortPeriods = member is null || _race.Group.Members.Any(static member => member.Group is not null) ? MostAbortPeriod(_race.Group) * 3 : _race.Group.AbortPeriod * 3;
        var key = (what, _time.GetTimestamp());
        _bounded[key] = (_unit * (grace + abortPeriods)) + _slack;
        try
        {
            return call();
        }
        finally
        {
            _bounded.TryRemove(key, out _);
        }
    }

    private static int MostAbortPeriod(GroupSpec group) =>
        Math.Max(group.AbortPeriod, group.Members.Max(static member => member.Group is { } inner ? (int?)MostAbortPeriod(inner) : null) ?? 0);

    /// <summary>Called again and again while the lanes run.</summary>
    private void Watch()
    {
        foreach (var ((what, since), limit) in _bounded)
        {
            if (_late is null && _time.GetElapsedTime(since) > limit)
            {
                _late = new ScheduleException($"{what} is not back after {_time.GetElapsedTime(since).TotalSeconds:0.0} s; the limit is {(limit - _slack).TotalMilliseconds:0} ms and a slack", isTiming: true);
                _release.Set();
            }
        }
    }
}
