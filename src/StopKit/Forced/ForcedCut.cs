using System.Diagnostics.CodeAnalysis;

namespace StopKit;

/// <summary>
/// Delivers the interrupt, and maybe the abort, of one <see cref="ForcedStop"/> to its thread, each once, and none
/// after the body has ended.
/// </summary>
[Experimental(ForcedStop.DiagnosticId)]
internal sealed class ForcedCut
{
    // For what the interrupt has woken, and for waits that the stop itself has ended: they leave by themselves, with all
    // their finally blocks.
    private static readonly TimeSpan InterruptPeriod = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new(); // an interrupt is delivered, or the body has ended: never both at once
    private readonly Thread _thread;
    private readonly CancellationTokenSource? _abort; // never disposed: the deliverer may come to it late, and it holds nothing
    private readonly StopEvent _closed;
    private bool _wasInterrupted;
    private bool _isClosed;

    internal ForcedCut(Thread thread, StopToken stop, ForcedStopMode mode)
    {
        _thread = thread;
        _abort = mode == ForcedStopMode.InterruptThenAbort ? new CancellationTokenSource() : null;
        _closed = new StopEvent(timeProvider: stop.Source?.Context.Time);
    }

    internal CancellationToken? AbortToken => _abort?.Token;

    /// <summary>
    /// Gets a value indicating whether the interrupt came from here. Read on the thread itself, after it was hit by
    /// one.
    /// </summary>
    internal bool WasInterrupted => Volatile.Read(ref _wasInterrupted);

    /// <summary>Delivers on a thread of its own; the pool may be exhausted.</summary>
    internal void StartDelivery() => new Thread(Deliver) { IsBackground = true, Name = "ForcedStop" }.UnsafeStart();

    /// <summary>Ends all delivery; called by the thread itself.</summary>
    internal void Close()
    {
        CloseInterrupt(); // again: the body may not have begun, or the abort may have come in between
        _closed.Set();
    }

    /// <summary>
    /// Lets no interrupt come any more, and takes one that is pending from the thread; called by the thread itself.
    /// </summary>
    internal void CloseInterrupt()
    {
        // Taking the lock is a wait, and an interrupt that was delivered a moment ago ends waits.
        var isClosed = false;
        while (!isClosed)
        {
            try
            {
                lock (_gate)
                    isClosed = _isClosed = true;
            }
            catch (ThreadInterruptedException)
            {
                // It was ours, and comes once.
            }
        }

        try
        {
#pragma warning disable RS0030 // no sleep: the shortest wait there is takes a pending interrupt from the thread
            if (_wasInterrupted)
                Thread.Sleep(0);
#pragma warning restore RS0030
        }
        catch (ThreadInterruptedException)
        {
            // The body has ended without a wait in which it could have hit.
        }
    }

    private void Deliver()
    {
        // The runtime itself keeps the abort from coming after the end of the body, and returns from here when the thread has obeyed.
        if (Interrupt() && _abort is not null && !_closed.Wait(InterruptPeriod))
            _abort.Cancel();
    }

    private bool Interrupt()
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _wasInterrupted = true; // before it arrives: the thread looks at once
            _thread.Interrupt();
            return true;
        }
    }
}
