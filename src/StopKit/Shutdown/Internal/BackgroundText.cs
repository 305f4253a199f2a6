namespace StopKit;

/// <summary>Writes texts in order on a thread of its own, for a receiver that may block or throw.</summary>
/// <remarks>
/// The thread starts with a text and ends when none is left. It is a thread and not the pool, because the pool may be
/// exhausted. Each text is made there too: what makes it may hang as well.
/// </remarks>
internal sealed class BackgroundText(string threadName, Action<string> write)
{
    private readonly Queue<Func<string>> _texts = []; // also the lock; never held while a text is made or written
    private bool _isAtWork;
    private long? _writeStart; // while a text is handed to the receiver

    /// <summary>Adds a text and returns at once.</summary>
    internal void Post(Func<string> makeText)
    {
        lock (_texts)
        {
            _texts.Enqueue(makeText);
            if (_isAtWork)
                return;
            _isAtWork = true;
        }

        BackgroundThread.Start(threadName, WriteAll);
    }

    /// <summary>Waits until everything is written; false if a limit expired first.</summary>
    /// <param name="limit">For the receiver, from the moment on in which it is handed a text.</param>
    /// <param name="more">
    /// How much longer all of it may take: on a machine that has no time for this process it takes seconds to make a
    /// text, and a receiver that does not block must get it nevertheless.
    /// </param>
    internal bool Flush(TimeSpan limit, TimeSpan more = default)
    {
        var time = TimeProvider.System; // a manual clock would not end a wait for a real receiver
        var start = time.GetTimestamp();
        lock (_texts)
        {
            while (_isAtWork)
            {
                var left = Timeouts.Left(Timeouts.Sum(limit, more), time.GetElapsedTime(start));
                if (_writeStart is { } write)
                    left = Timeouts.Shorter(left, Timeouts.Left(limit, time.GetElapsedTime(Math.Max(write, start))));
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
                var text = makeText();
                Note(TimeProvider.System.GetTimestamp());
                write(text);
            }
#pragma warning disable CA1031 // a full disk, a terminal that was closed, a socket without a listener, a writer of the program's own
            catch (Exception)
#pragma warning restore CA1031
            {
                // No reason to crash a program that is about to end well, and there is nowhere left to report it.
            }

            Note(null);
        }
    }

    private void Note(long? writeStart)
    {
        lock (_texts)
        {
            _writeStart = writeStart;
            Monitor.PulseAll(_texts); // another limit counts from now on
        }
    }

    private Func<string>? Next()
    {
        lock (_texts)
        {
            if (_texts.TryDequeue(out var makeText))
                return makeText;
            _isAtWork = false; // under the lock that Post takes: a text is either seen here or starts a new thread
            Monitor.PulseAll(_texts);
            return null;
        }
    }
}
