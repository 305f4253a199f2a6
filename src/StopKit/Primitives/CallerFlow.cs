namespace StopKit;

/// <summary>Keeps what flows with the caller, such as its <see cref="AsyncLocal{T}"/>s, out of what outlives it.</summary>
internal static class CallerFlow
{
    // What code captures where nothing flows: the platform has one object for that, but does not show it.
    private static ExecutionContext? _nothing;
    private static int _isAsked;

    /// <summary>Suppresses the flow until the result is disposed, on the same thread.</summary>
    /// <remarks>
    /// To suppress and restore the flow takes 50 ns, a fifth of a scope with a deadline, so it is left out where nothing
    /// flows. What that looks like is asked of the thread pool once, without waiting for it.
    /// </remarks>
    internal static AsyncFlowControl? Suppress()
    {
        var flow = ExecutionContext.Capture(); // null if it is suppressed already
        if (flow is null || flow == Volatile.Read(ref _nothing))
            return null;
        if (Volatile.Read(ref _isAsked) == 0 && Interlocked.Exchange(ref _isAsked, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Volatile.Write(ref _nothing, ExecutionContext.Capture()), null);
        return ExecutionContext.SuppressFlow();
    }
}
