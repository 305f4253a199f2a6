namespace StopKit.Testing;

/// <summary>One run of a worker, with a request at one of its looks or with none.</summary>
/// <remarks>
/// <code>
/// running ──its look comes, or nothing happens any more──▶ requested ──▶ ended
///    │                                                        └──deadline, or too many looks──▶ given up
///    └──ends by itself──▶ ended
/// </code>
/// </remarks>
internal sealed class Run
{
    // A callback that waits for the worker must not hold up the worker's look, as it would not without a test.
    private static readonly TimeSpan LimitForCallbacks = TimeSpan.FromMilliseconds(500);

    // Nor must the members that a group stops before this one, and that may need it for their end.
    private static readonly TimeSpan LimitForTurn = LimitForCallbacks;
    private static readonly AsyncLocal<Run?> CurrentRun = new();
    private static readonly ManualResetEventSlim Never = new();

    private readonly object _gate = new();
    private readonly List<Lane> _lanes = [];
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StopTestOptions _options;
    private readonly RunPlan _plan;
    private Lane? _points;
    private long _looks;
    private bool _isRequested;

    internal Run(StopTestOptions options, RunPlan plan)
    {
        _options = options;
        _plan = plan;
        Clock = options.TimeProvider ?? Clocks.Own;
        Root = new StopSource();
        StopProbe.Attach(Root, new LookProbe(this, new Lane(""), worker: null, waits: null));
    }

    /// <summary>Gets the run in whose flow the calling code is.</summary>
    internal static Run? Current => CurrentRun.Value;

    internal Clocks Clocks { get; } = new(movesByItself: true);

    internal TimeProvider Clock { get; }

    internal StopSource Root { get; }

    internal RunPlan Plan => _plan;

    /// <summary>
    /// Gets or sets a value indicating whether each worker's looks are numbered apart; set before the start.
    /// </summary>
    internal bool ByMember { get; set; }

    /// <summary>Gets a task that ends when the worker has looked too often after the stop.</summary>
    internal Task GivenUp => _givenUp.Task;

    /// <summary>Gets a task that ends when the callbacks of the request have run; null before the request.</summary>
    internal Task? Callbacks { get; private set; }

    /// <summary>Gets the look at which the request was made; null before, and where it came from outside.</summary>
    internal Look? RequestedAt { get; private set; }

    /// <summary>Gets a value indicating whether the request came because nothing happened any more.</summary>
    internal bool IsEndless { get; private set; }

    internal bool IsRequested
    {
        get
        {
            lock (_gate)
                return _isRequested;
        }
    }

    /// <summary>Gets a number that changes as long as anything happens.</summary>
    internal long Activity => Interlocked.Read(ref _looks) + Clocks.Changes;

    internal IReadOnlyList<Lane> Lanes
    {
        get
        {
            lock (_gate)
                return [.. _lanes.Where(static lane => lane.Count > 0).OrderBy(static lane => lane.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Runs code in the flow of this run, so that probes made there belong to it.</summary>
    internal T In<T>(Func<T> code)
    {
        var before = CurrentRun.Value;
        CurrentRun.Value = this;
        try
        {
            return code();
        }
        finally
        {
            CurrentRun.Value = before;
        }
    }

    /// <summary>Gets the lane of a worker that starts: that of the worker around it, or its own in a group.</summary>
    internal Lane LaneFor(Lane above, string worker)
    {
        lock (_gate)
        {
            if (!ByMember)
            {
                if (_lanes.Count == 0)
                    _lanes.Add(new Lane(worker));
                return _lanes[0];
            }

            var path = above.Name.Length == 0 ? worker : $"{above.Name}/{worker}";
            var count = _lanes.Count(lane => lane.Name == path || lane.Name.StartsWith($"{path}#", StringComparison.Ordinal));
            var lane = new Lane(count == 0 ? path : FormattableString.Invariant($"{path}#{count + 1}"));
            _lanes.Add(lane);
            return lane;
        }
    }

    internal void Point(string name)
    {
        Lane lane;
        lock (_gate)
            lane = ByMember || _lanes.Count == 0 ? _points ??= NewLane("points") : _lanes[0];

        OnLook(lane, Look.Point(name), worker: null);
    }

    internal void OnLook(Lane lane, Look look, Worker? worker)
    {
        Interlocked.Increment(ref _looks);
        if (look.Place.Length == 0 && _plan.KeepsPlaces && lane.Count < Lane.MostKept)
            look = look with { Place = Look.CallingPlace() };
        var isDue = false;
        var isOver = false;
        lock (_gate)
        {
            // A member of a group is asked when its order's turn comes.
            lane.Add(look, isAfterStop: worker is null ? _isRequested : IsStopped(worker));
            isOver = _isRequested && (_givenUp.Task.IsCompleted || lane.SinceStop > _options.MaxLooksAfterStop);
            isDue = !_isRequested && lane.Count == _plan.Number && (_plan.Lane is null || _plan.Lane == lane.Name);
            _isRequested |= isDue;
        }

        if (isOver)
        {
            // It has failed, and would go on for ever at the expense of the tests that follow.
            _givenUp.TrySetResult();
            Never.Wait();
        }

        if (!isDue)
            return;
        RequestedAt = look.Place.Length > 0 ? look : look with { Place = Look.CallingPlace() };
        IsEndless = _plan.IsLimit;
        Request().Wait(LimitForCallbacks);
        if (worker is not null && !IsStopped(worker))
            SpinWait.SpinUntil(() => IsStopped(worker), LimitForTurn);
    }

    /// <summary>Makes the request from outside, unless it has been made.</summary>
    internal void RequestFromOutside()
    {
        lock (_gate)
        {
            if (_isRequested)
                return;
            _isRequested = true;
        }

        IsEndless = true;
        _ = Request();
    }

    /// <summary>Lets what has not ended stand still at its next look.</summary>
    internal void GiveUp() => _givenUp.TrySetResult();

    /// <summary>Says of the lane that has not ended, or of the only one, where it was last seen.</summary>
    internal string LastSeen()
    {
        lock (_gate)
        {
            var lane = _lanes.MaxBy(static lane => lane.SinceStop);
            var looks = lane?.SinceStop ?? 0;
            var last = lane?.Last is { } look ? $", the last at {look}" : "";
            return FormattableString.Invariant($"{looks} {(looks == 1 ? "look" : "looks")} since the {_plan.StageName}{last}");
        }
    }

    // By what is no look.
    private static bool IsStopped(Worker worker) => worker.StopToken.Stage != StopStage.Running;

    private Task Request() => Callbacks = StopProbe.RequestInBackground(Root, _plan.Stage, "requested by StopTest");

    private Lane NewLane(string name)
    {
        var lane = new Lane(name);
        _lanes.Add(lane);
        return lane;
    }
}

/// <summary>What a run is for: at which look of which lane to request what.</summary>
internal sealed record RunPlan(StopStage Stage, int Number, string? Lane = null)
{
    /// <summary>Gets a value indicating whether the code of each look is wanted.</summary>
    internal bool KeepsPlaces { get; init; }

    /// <summary>Gets a value indicating whether the request only ends what would not end by itself.</summary>
    internal bool IsLimit { get; init; }

    internal string StageName => Stage == StopStage.Aborting ? "abort" : "stop";
}
