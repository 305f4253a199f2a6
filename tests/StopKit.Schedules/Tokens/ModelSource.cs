namespace StopKit.Schedules.Tokens;

/// <summary>What a source should do, written as simply as possible: no threads, no locks, no speed.</summary>
/// <param name="time">The current time of the model in milliseconds.</param>
public sealed class ModelSource(Func<long> time)
{
    private readonly List<(ModelSource Parent, bool AbortOnly)> _parents = [];
    private readonly List<(ModelSource Child, bool AbortOnly)> _children = [];
    /// <summary>Gets a value indicating whether it was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Gets the text of the reason for the stop; null while running.</summary>
    public string? Stop { get; private set; }

    /// <summary>Gets the text of the reason for the abort; null before.</summary>
    public string? Abort { get; private set; }

    /// <summary>Gets when the stop is due.</summary>
    public (long At, string Reason)? StopDue { get; private set; }

    /// <summary>Gets when the abort is due.</summary>
    public long? AbortDue { get; private set; }

    /// <summary>Gets how many children are linked.</summary>
    public int LiveChildren => _children.Select(static link => link.Child).Distinct().Count();

    /// <summary>Gets a value indicating whether a stop may still come, or has come.</summary>
    public bool CanBeStopped => Stop is not null || !IsDisposed;

    /// <summary>Called for every stage that the source enters.</summary>
    public Action<StopStage>? Entered { get; set; }

    /// <summary>Links it below a parent.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="abortOnly">True for a shield.</param>
    public void LinkTo(ModelSource parent, bool abortOnly)
    {
        if (parent.Stop is { } stop && !abortOnly)
            Mark(StopStage.Stopping, stop);
        if (parent.Abort is { } abort)
        {
            Mark(StopStage.Stopping, abort);
            Mark(StopStage.Aborting, abort);
        }
        else if (parent.IsDisposed)
        {
            foreach (var (above, aboveAbortOnly) in parent._parents.ToList())
                LinkTo(above, abortOnly || aboveAbortOnly);
        }
        else if (!_parents.Contains((parent, abortOnly)) && !_parents.Contains((parent, false)))
        {
            _parents.Add((parent, abortOnly));
            parent._children.Add((this, abortOnly));
        }
    }

    /// <summary>Requests a stop.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="grace">How long until the abort; null for no abort.</param>
    /// <returns>True if it was the first.</returns>
    public bool RequestStop(string reason, long? grace = null)
    {
        if (IsDisposed)
            return false;
        if (grace is { } limit && Abort is null && (AbortDue is null || time() + limit < AbortDue))
            AbortDue = time() + limit;
        var isFirst = Mark(StopStage.Stopping, reason);
        if (grace == 0)
            Mark(StopStage.Aborting, "deadline");
        return isFirst;
    }

    /// <summary>Requests an abort.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>True if it was the first.</returns>
    public bool RequestAbort(string reason)
    {
        if (IsDisposed)
            return false;
        Mark(StopStage.Stopping, reason);
        return Mark(StopStage.Aborting, reason);
    }

    /// <summary>Sets a deadline for the stop.</summary>
    /// <param name="delay">How long until then.</param>
    /// <param name="reason">Why.</param>
    public void StopAfter(long delay, string reason)
    {
        if (IsDisposed || Stop is not null)
            return;
        if (delay == 0)
            Mark(StopStage.Stopping, reason);
        else if (StopDue is null || time() + delay < StopDue.Value.At)
            StopDue = (time() + delay, reason);
    }

    /// <summary>Lets a deadline of the given time expire.</summary>
    public void Expire()
    {
        if (StopDue is { } stop && stop.At <= time() && Stop is null)
            Mark(StopStage.Stopping, stop.Reason);
        if (AbortDue is { } abort && abort <= time())
            RequestAbort("deadline");
    }

    /// <summary>Disposes it: its children are linked to its parents.</summary>
    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        (StopDue, AbortDue) = (null, null);
        foreach (var (child, abortOnly) in _children.ToList())
        {
            child._parents.Remove((this, abortOnly));
            foreach (var (parent, parentAbortOnly) in _parents)
                child.LinkTo(parent, abortOnly || parentAbortOnly);
        }

        _children.Clear();
        foreach (var (parent, abortOnly) in _parents)
            parent._children.Remove((this, abortOnly));
        // The parents are kept: a source that is made below this one later is linked to them.
    }

    private bool Mark(StopStage stage, string reason)
    {
        if ((stage == StopStage.Stopping ? Stop : Abort) is not null)
            return false;
        if (stage == StopStage.Stopping)
            (Stop, StopDue) = (reason, null);
        else
            (Abort, AbortDue) = (reason, null);
        foreach (var (child, abortOnly) in _children.ToList())
        {
            if (stage == StopStage.Aborting)
                child.Mark(StopStage.Stopping, abortOnly ? reason : Stop!);
            if (stage == StopStage.Aborting || !abortOnly)
                child.Mark(stage, reason);
        }

        if (stage == StopStage.Aborting)
            LetGo();
        Entered?.Invoke(stage);
        return true;
    }

    private void LetGo()
    {
        foreach (var (child, abortOnly) in _children)
            child._parents.Remove((this, abortOnly));
        _children.Clear();
    }
}
