namespace StopKit;

/// <summary>Writes texts in order on a thread of its own, for a receiver that may block or throw.</summary>
/// <remarks>
/// The thread starts with a text and ends when none is left. It is a thread and not the pool, because the pool may be exhausted.
/// Each text is made there too: what makes it may hang as well.
/// </remarks>
internal sealed class BackgroundText(string threadName, Action<string> write)
{
    private readonly Queue<Func<string>> _texts = []; // also the lock; never held while a text is made or written
    private bool _isWriting;

    /// <summary>Adds a text and returns at once.</summary>
    internal void Post(Func<string> makeText)
    {
        lock (_texts)
        {
            _texts.Enqueue(makeText);
            if (_isWriting)
                return;
            _isWriting = true;
        }

        BackgroundThread.Start(threadName, WriteAll);
    }

    /// <summary>Waits until everything is written; false if <paramref name="limit"/> expired first.</summary>
    internal bool Flush(TimeSpan limit)
    {
        var start = TimeProvider.System.GetTimestamp(); // a manual clock would not end a wait for a real receiver
        lock (_texts)
        {
            while (_isWriting)
            {
                var left = Timeouts.Left(limit, TimeProvider.System.GetElapsedTime(start));
                if (left == TimeSpan.Zero)
                    return false;
                Monitor.Wait(_texts, Timeouts.WholeMilliseconds(left));
            }
        }

        return true;
    }

    private void WriteAll()
    {
        while (Next() is { } makeText)
        {
            try
            {
                write(makeText());
            }
#pragma warning disable CA1031 // a full disk, a terminal that was closed, a socket without a listener, a writer of the program's own
            catch (Exception)
#pragma warning restore CA1031
            {
                // No reason to crash a program that is about to end well, and there is nowhere left to report it.
            }
        }
    }

    private Func<string>? Next()
    {
        lock (_texts)
        {
            if (_texts.TryDequeue(out var makeText))
                return makeText;
            _isWriting = false; // under the lock that Post takes: a text is either seen here or starts a new thread
            Monitor.PulseAll(_texts);
            return null;
        }
    }
}
