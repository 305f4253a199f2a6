namespace StopKit;

/// <content>The writer of the process, and its start.</content>
internal sealed partial class BackgroundWriter
{
    private static readonly TaskCompletionSource Started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static SpinGate _startGate; // guards what follows; never held while code from outside runs
    private static WriterQueue _early; // what comes before the writer is there
    private static volatile bool _isStarting; // written under the gate, as the next one is
    private static volatile bool _isStarted;

    /// <summary>Gets a value indicating whether entries wait for the writer to be there.</summary>
    internal static bool IsStarting => _isStarting && !_isStarted;

    /// <summary>
    /// Queues an entry for the writer of the process. Throws nothing and waits for nothing, also for no compiler: the
    /// first entry of a process comes in the middle of its first stop.
    /// </summary>
    internal static void Post(WriterEntry entry)
    {
        if (_isStarted)
        {
            OfProcess.Writer.Enqueue(entry);
            return;
        }

        _startGate.Enter();
        var isEarly = !_isStarted;
        var isFirst = !_isStarting;
        _isStarting = true;
        if (isEarly)
            _early.Add(entry);
        _startGate.Exit();
        if (!isEarly)
            OfProcess.Writer.Enqueue(entry);
        else if (isFirst)
            BeginToStart();
    }

    private static void BeginToStart()
    {
        // A program that ends loses no line: it waits for the start, too.
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Flush(ExitLimit);
        try
        {
            new Thread(HandOverEarly) { IsBackground = true, Name = "StopKit writer" }.UnsafeStart();
        }
#pragma warning disable CA1031 // no thread was to be had: the start then takes its milliseconds here, and the stop goes on
        catch (Exception)
#pragma warning restore CA1031
        {
            HandOverEarly();
        }
    }

    private static void HandOverEarly()
    {
        while (TakeEarly() is { Oldest: not null } entries)
        {
            // Outside of the gate, and by this thread alone, so that the order stays.
            while (entries.Take() is { } entry)
                OfProcess.Writer.Enqueue(entry);
        }

        Started.TrySetResult();
    }

    private static WriterQueue TakeEarly()
    {
        _startGate.Enter();
        var entries = _early;
        _early = default;
        _isStarted = entries.Oldest is null; // under the gate: an entry is either found here, or comes after all that were
        _startGate.Exit();
        return entries;
    }

    private static class OfProcess
    {
        internal static readonly BackgroundWriter Writer = Make();

        private static BackgroundWriter Make()
        {
            var writer = new BackgroundWriter(idleLimit: TimeSpan.FromSeconds(10));
            // Like ProcessExit this comes before the process ends, on the thread that ends it.
            AppDomain.CurrentDomain.UnhandledException += static (_, _) => Flush(ExitLimit);
            return writer;
        }
    }
}
