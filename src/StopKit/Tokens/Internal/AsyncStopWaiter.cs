using System.Threading.Tasks.Sources;

namespace StopKit;

/// <summary>An asynchronous method that waits for the stop of a source, or until its time is up.</summary>
internal sealed class AsyncStopWaiter(StopToken stop) : AsyncWaiter, IValueTaskSource<bool>
{
    private IDisposable? _atEnd; // the timer, if there is one
    private bool? _wasStopped;

    /// <summary>Begins to wait; it was queued before.</summary>
    internal ValueTask<bool> ParkAsync(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            try
            {
                _atEnd = CreateTimer(timeout, stop.Source!.Context.Time);
            }
            catch
            {
                stop.Source!.Dequeue(this); // the caller is told by the clock's exception, and waits for nothing
                throw;
            }
        }

        if (StopProbe.Waits(stop.Source, stop.Source!.Context.Time, timeout, this) is { } wait)
            _atEnd = Both.Of(wait, _atEnd);
        return new ValueTask<bool>(this, Version);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        WaitForEnd(token);
        _atEnd?.Dispose();
        // Kept, so that a second call gets the same answer. What takes the waiter from the queue decides: the stop, or this method
        // at the end of the time. Counted as an observation only here, when the method that waited is told.
        return _wasStopped ??= (!stop.Source!.Dequeue(this) || stop.Source.IsStopRequested) && stop.Observes();
    }

    private sealed class Both(IDisposable wait, IDisposable? timer) : IDisposable
    {
        internal static Both Of(IDisposable wait, IDisposable? timer) => new Both(wait, timer);

        public void Dispose()
        {
            timer?.Dispose();
            wait.Dispose();
        }
    }
}
