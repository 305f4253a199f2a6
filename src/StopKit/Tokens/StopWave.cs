namespace StopKit;

/// <summary>One request on its way down the tree: first it marks every source, then it completes those it claimed.</summary>
/// <remarks>
/// Marks depth first and lists each claimed source when all below it is done, so that children come before their parents also
/// where scopes with several parents make the tree a web. Iterative, because a chain of scopes may be deeper than the stack.
/// Used by one thread, for one request.
/// </remarks>
internal sealed class StopWave
{
    // StopReason is for a source that an abort finds running: in most cases the reason of a stop that is on its way to it as well.
    private readonly record struct Step(StopSource Source, StopReason? Reason, StopReason? StopReason, bool IsRoot, bool IsClaimed);

    private readonly Stack<Step> _steps = new();
    private List<StopSource>? _stopped;
    private List<StopSource>? _aborted;

    /// <summary>Brings <paramref name="root"/> and all below it to a stage: they report it, and who waits for a stop is released.</summary>
    /// <returns>True if this call brought the root there.</returns>
    internal bool Mark(StopSource root, StopStage stage, StopReason reason)
    {
        var floor = _steps.Count; // an abort that meets a running shield marks that one's stop in between
        var isFirst = false;
        _steps.Push(new Step(root, reason, reason, IsRoot: floor == 0, IsClaimed: false));
        while (_steps.Count > floor)
        {
            var step = _steps.Pop();
            if (step.Reason is { } handedDown)
            {
                var claimed = step.Source.Enter(stage, handedDown, step.StopReason!, this, step.IsRoot);
                isFirst |= claimed && step.IsRoot;
            }
            else
            {
                step.Source.Leave(stage);
                if (step.IsClaimed)
                    (stage == StopStage.Aborting ? _aborted ??= [] : _stopped ??= []).Add(step.Source);
            }
        }

        return isFirst;
    }

    internal void PushEnter(StopSource source, StopReason reason, StopReason stopReason) =>
        _steps.Push(new Step(source, reason, stopReason, IsRoot: false, IsClaimed: false));

    internal void PushLeave(StopSource source, bool isClaimed) => _steps.Push(new Step(source, Reason: null, StopReason: null, IsRoot: false, isClaimed));

    /// <summary>True if there is anything to complete.</summary>
    internal bool HasClaimed => _stopped is not null || _aborted is not null;

    /// <summary>Cancels the <see cref="CancellationToken"/>s and runs the callbacks of every source that this request claimed.</summary>
    internal void Complete()
    {
        Each(_stopped, static source => source.Cancel(StopStage.Stopping));
        Each(_aborted, static source => source.Cancel(StopStage.Aborting));
        Each(_stopped, static source => source.RunCallbacks(StopStage.Stopping));
        Each(_aborted, static source => source.RunCallbacks(StopStage.Aborting));
    }

    private static void Each(List<StopSource>? sources, Action<StopSource> action)
    {
        foreach (var source in sources ?? [])
            action(source);
    }
}
