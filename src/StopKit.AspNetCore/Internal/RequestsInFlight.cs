namespace StopKit.AspNetCore;

/// <summary>The requests that have begun and not ended.</summary>
/// <remarks>
/// Thread-safe by one lock, which a request takes twice, to add and to remove itself. No code of the program runs under it.
/// </remarks>
internal sealed class RequestsInFlight
{
    private const int MostCutOff = 100; // named by the report; a program may have thousands

    private readonly object _lock = new();
    private readonly HashSet<RequestInFlight> _requests = [];
    private readonly HashSet<RequestInFlight> _watchers = [];
    private readonly List<(string Name, long StartedAt, long EndedAt)> _cutOff = [];
    private StopToken _stop;
    private TaskCompletionSource? _empty;
    private TaskCompletionSource? _onlyWatchers;
    private bool _isClosed;

    /// <summary>Gets how many there are, without those that watch the stop.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return _requests.Count;
        }
    }

    /// <summary>Begins a request; false if requests are not taken any more.</summary>
    internal bool TryEnter(RequestInFlight request)
    {
        lock (_lock)
            return !_isClosed && _requests.Add(request);
    }

    /// <summary>Ends a request.</summary>
    internal void Leave(RequestInFlight request, long now)
    {
        lock (_lock)
        {
            // Under the lock, and so before the server uses the context again.
            if (_requests.Remove(request) && _stop.IsAbortRequested && _cutOff.Count < MostCutOff)
                _cutOff.Add((request.Name, request.StartedAt, now));
            _watchers.Remove(request);
            Look();
        }
    }

    /// <summary>Makes a request one that watches the stop, and that the stop does not wait for.</summary>
    internal bool Watch(RequestInFlight request)
    {
        lock (_lock)
        {
            if (!_requests.Remove(request))
                return false;
            _watchers.Add(request);
            Look();
            return true;
        }
    }

    /// <summary>Hands in the token of the stop: requests that end after its abort count as cut off.</summary>
    internal void Follow(StopToken stop)
    {
        lock (_lock)
            _stop = stop;
    }

    /// <summary>Waits until there is none.</summary>
    internal Task WhenEmpty()
    {
        lock (_lock)
        {
            _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Look();
            return _empty.Task;
        }
    }

    /// <summary>Waits until those that watch the stop are all that there are, and there is one.</summary>
    internal Task WhenOnlyWatchers()
    {
        lock (_lock)
        {
            _onlyWatchers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Look();
            return _onlyWatchers.Task;
        }
    }

    /// <summary>Takes no requests any more.</summary>
    internal void Close()
    {
        lock (_lock)
            _isClosed = true;
    }

    /// <summary>Takes no requests any more, and cuts off all that there are.</summary>
    internal void Abort()
    {
        RequestInFlight[] requests;
        lock (_lock)
        {
            _isClosed = true; // in the same lock: a request is either refused or among those that are cut off
            requests = [.. _requests];
        }
        foreach (var request in requests)
            request.Abort(); // not under the lock: a server may run the program's callbacks in it
    }

    /// <summary>
    /// Gets what is in flight, or was cut off, as name, begin and end; the end is <paramref name="now"/> for what has
    /// none.
    /// </summary>
    internal IReadOnlyList<(string Name, long StartedAt, long EndedAt)> Snapshot(long now)
    {
        lock (_lock)
            return [.. _requests.Select(request => (request.Name, request.StartedAt, now)), .. _cutOff];
    }

    /// <summary>Ends the waits that are over; called under the lock, after each change.</summary>
    private void Look()
    {
        if (_requests.Count > 0)
            return;
        _empty?.TrySetResult();
        if (_watchers.Count > 0)
            _onlyWatchers?.TrySetResult();
    }
}
