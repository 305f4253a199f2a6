namespace StopKit;

/// <summary>One request on its way down the tree: first it marks every source, then it completes those it claimed.</summary>
/// <remarks>
/// <para>
/// Marks depth first, and lists each claimed source that has something to complete when all below it is done. So children come
/// before their parents also where scopes with several parents make the tree a web. Iterative, because a chain of scopes may be
/// deeper than the stack.
/// </para>
/// <para>
/// Used by one thread, for one request; lives on its stack and is handed on by reference. A request of a source without children allocates no list.
/// </para>
/// </remarks>
internal struct StopPropagation
{
    // StopReason is for a source that an abort finds running: in most cases the reason of a stop that is on its way to it as well.
    private readonly record struct Step(StopSource Source, StopReason? Reason, StopReason? StopReason, bool HasWork);

    // A source that was claimed and has nothing to complete is not listed, so that most requests end here.
    private readonly bool IsEmpty => _stopped.IsEmpty && _aborted.IsEmpty;

    private Stack<Step>? _steps;
    private Claims _stopped;
    private Claims _aborted;
    private TimeProvider? _clock;
    private long _timestamp;

    /// <summary>Brings <paramref name="root"/> and all below it to a stage: from now on they report it.</summary>
    /// <param name="root">The uppermost source.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isRequest">True if the root itself was asked, and refuses if it was disposed; false if this comes from above it.</param>
    /// <returns>True if this call brought the root there.</returns>
    internal bool Mark(StopSource root, StopStage stage, StopReason reason, bool isRequest = true)
    {
        var floor = _steps?.Count ?? 0; // not zero for a running source that an abort meets: its stop is marked in between
        var isFirst = root.Enter(stage, reason, reason, ref this, isRequest);
        while (_steps is not null && _steps.Count > floor)
        {
            var step = _steps.Pop();
            if (step.Reason is { } handedDown)
            {
                step.Source.Enter(stage, handedDown, step.StopReason!, ref this, isRequest: false);
            }
            else
            {
                step.Source.Leave(stage);
                if (step.HasWork)
                    Claim(step.Source, stage);
            }
        }

        return isFirst;
    }

    /// <summary>Gets when the request came: read from a clock once, however many workers of that clock it comes to.</summary>
    internal long Timestamp(TimeProvider clock)
    {
        if (!ReferenceEquals(clock, _clock))
            (_clock, _timestamp) = (clock, GuardedClock.Timestamp(clock));
        return _timestamp;
    }

    internal void PushEnter(StopSource source, StopReason reason, StopReason stopReason) =>
        (_steps ??= new()).Push(new Step(source, reason, stopReason, HasWork: false));

    internal void PushLeave(StopSource source, bool hasWork) => (_steps ??= new()).Push(new Step(source, Reason: null, StopReason: null, hasWork));

    /// <summary>Notes a claimed source that has something to complete, and below which everything is marked.</summary>
    internal void Claim(StopSource source, StopStage stage)
    {
        if (stage == StopStage.Aborting)
            _aborted.Add(source);
        else
            _stopped.Add(source);
    }

    /// <summary>Releases the waits at the sources that this request claimed; nothing that may take long comes before this.</summary>
    internal readonly void ReleaseWaits()
    {
        if (IsEmpty)
            return;
        foreach (var source in _stopped)
            source.ReleaseWaits(StopStage.Stopping);
        foreach (var source in _aborted)
            source.ReleaseWaits(StopStage.Aborting);
    }

    /// <summary>Cancels the <see cref="CancellationToken"/>s and runs the callbacks of every source that this request claimed.</summary>
    internal readonly void Complete()
    {
        if (IsEmpty)
            return;
        foreach (var source in _stopped)
            source.Cancel(StopStage.Stopping);
        foreach (var source in _aborted)
            source.Cancel(StopStage.Aborting);
        foreach (var source in _stopped)
            source.RunCallbacks(StopStage.Stopping);
        foreach (var source in _aborted)
            source.RunCallbacks(StopStage.Aborting);
    }

    /// <summary>Completes on a thread of its own (the pool may be exhausted); at once if nothing from outside would run.</summary>
    /// <returns>A task that ends when it is completed.</returns>
    internal readonly Task CompleteInBackground() => _stopped.RunsCode || _aborted.RunsCode
        ? Task.Factory.StartNew(static propagation => ((StopPropagation)propagation!).Complete(), this, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        : Task.CompletedTask;

    /// <summary>Sources in the order of their claims; most requests claim one.</summary>
    private struct Claims
    {
        private StopSource? _first;
        private List<StopSource>? _others;

        /// <summary>Gets a value indicating whether there is a callback, or a token to which callbacks may be tied.</summary>
        internal readonly bool RunsCode => _first is { RunsCode: true } || (_others?.Exists(static source => source.RunsCode) ?? false);

        internal readonly bool IsEmpty => _first is null;

        internal void Add(StopSource source)
        {
            if (_first is null)
                _first = source;
            else
                (_others ??= []).Add(source);
        }

        public readonly Enumerator GetEnumerator() => new(_first, _others);
    }

    private struct Enumerator(StopSource? first, List<StopSource>? others)
    {
        private int _next;

        public StopSource Current { get; private set; } = null!;

        public bool MoveNext()
        {
            var index = _next++;
            if (index > (others?.Count ?? 0) || first is null)
                return false;
            Current = index == 0 ? first : others![index - 1];
            return true;
        }
    }
}
