using System.Runtime.ExceptionServices;

namespace StopKit;

/// <summary>
/// Lets a token end a wait that knows no token: the wait runs on a thread of its own, which the token interrupts.
/// </summary>
internal static class InterruptibleWait
{
    /// <summary>Returns when the wait has, or when the token is canceled; throws what the wait threw.</summary>
    internal static void Run(Action wait, CancellationToken giveUp)
    {
        ExceptionDispatchInfo? failure = null;
        var waiter = Start(wait, thrown => failure = thrown, giveUp, out var registration);
        using (registration)
        {
            try
            {
                waiter.Join();
            }
            catch (ThreadInterruptedException)
            {
                waiter.Interrupt(); // it goes with its caller
                throw;
            }
        }

        failure?.Throw();
    }

    /// <summary>Starts the wait on a background thread, which tells what it threw, if anything, when it has ended.</summary>
    internal static Thread Start(
        Action wait, Action<ExceptionDispatchInfo?> ended, CancellationToken giveUp, out CancellationTokenRegistration registration)
    {
        // Not in the flow of the caller: nothing of it runs there. Not of the pool: a join must need none.
        var waiter = new Thread(() => ended(Try(wait))) { Name = "StopKit join", IsBackground = true };
        waiter.UnsafeStart();
        registration = giveUp.UnsafeRegister(static waiter => ((Thread)waiter!).Interrupt(), waiter);
        return waiter;
    }

    private static ExceptionDispatchInfo? Try(Action wait)
    {
        try
        {
            wait();
            return null;
        }
        catch (ThreadInterruptedException)
        {
            return null; // the wait was given up
        }
#pragma warning disable CA1031 // thrown again to the caller
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }
}
