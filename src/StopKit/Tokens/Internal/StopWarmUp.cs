using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <summary>
/// Runs a stop that nothing sees, so that the first real one does not wait for the compiler and for the meter.
/// </summary>
/// <remarks>
/// A stop in a process that has just started took 16 ms without it, where the platform's takes half of one. It runs
/// once in a
/// process, on a thread of its own, and is not counted or logged. A program that needs no worker and no signals is not
/// warmed up.
/// </remarks>
internal static class StopWarmUp
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static int _hasBegun;

    /// <summary>Begins it, unless it has begun; returns at once.</summary>
    internal static void Begin() => Once(ref _hasBegun, Rehearse);

    /// <summary>Runs a warm-up in the background, unless its flag says that it has begun.</summary>
    internal static void Once(ref int hasBegun, Action run)
    {
        // Read before the exchange, because every start of a worker comes here. Compiled ahead of time there is nothing to warm up.
        if (Volatile.Read(ref hasBegun) != 0 || !RuntimeFeature.IsDynamicCodeCompiled || Interlocked.Exchange(ref hasBegun, 1) != 0)
            return;
        try
        {
            // At a low priority: the program itself has more urgent things to do when it starts.
            var thread = new Thread(() => run()) { IsBackground = true, Name = "StopKit warm-up", Priority = ThreadPriority.BelowNormal };
            thread.UnsafeStart();
        }
        catch (OutOfMemoryException)
        {
            // No thread was to be had. It was for speed alone.
        }
    }

    /// <summary>Stops sources that nothing outside knows of.</summary>
    internal static void Rehearse()
    {
        TokenMetrics.WarmUp();
        var context = new StopContext(TimeProvider.System, NullLogger.Instance) { IsUncounted = true };
        using var bare = new StopSource(context);
        StopsWhileWaiting(bare);
        using var parent = new StopSource(context);
        using var child = StopSource.LinkedTo(parent.Token);
        using var onStop = child.Token.OnStop(static _ => { });
        using var onAbort = child.Token.OnAbort(static _ => { });
        _ = child.Token.Stopping;
        _ = child.Token.Aborting;
        StopsWhileWaiting(parent, child.Token);
        parent.RequestAbort();
    }

    private static void StopsWhileWaiting(StopSource source, StopToken waited = default)
    {
        var stop = waited.CanBeStopped ? waited : source.Token;
        var waiter = new Thread(() => stop.Wait()) { IsBackground = true };
        waiter.UnsafeStart();
        waiter.Join(Pause); // so that it is blocked, and has to be woken, most of the time
        source.RequestStop();
        waiter.Join();
    }
}
