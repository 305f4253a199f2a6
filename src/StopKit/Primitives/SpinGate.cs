using System.Runtime.CompilerServices;

namespace StopKit;

/// <summary>A lock of four bytes for sections that only swap a few references and never run code from outside.</summary>
/// <remarks>
/// Not reentrant. A spinning lock, as the BCL's own <see cref="CancellationTokenSource"/> has for its registrations: the sections
/// are a few instructions long, code from outside could take a monitor on a public object, and a lock object of its own would cost
/// every source 24 bytes.
/// </remarks>
internal struct SpinGate
{
    private int _taken;

    /// <summary>Gets a value indicating whether no thread holds it; what the last holder wrote is seen then.</summary>
    internal readonly bool IsFree => Volatile.Read(in _taken) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter()
    {
        // Compare-exchange is a full fence: what the last holder wrote is seen from here on.
        if (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
            EnterContended();
    }

    // A volatile write is a release: nothing written inside moves behind it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Exit() => Volatile.Write(ref _taken, 0);

    private void EnterContended()
    {
        var (spinner, wasInterrupted) = (default(SpinWait), false);
        do
        {
            try
            {
                spinner.SpinOnce(sleep1Threshold: 100); // yields, so that a preempted holder gets the core; sleeps late, for a millisecond is long
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }
        while (Volatile.Read(ref _taken) != 0 || Interlocked.CompareExchange(ref _taken, 1, 0) != 0);

        // Thrown here it would leave a stop half done and waiters blocked. Set again, it ends the next wait of this thread.
        if (wasInterrupted)
            Thread.CurrentThread.Interrupt();
    }
}
