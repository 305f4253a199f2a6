using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace StopKit;

/// <summary>
/// Not recommended: runs code that is cut off at the abort, wherever it is, whether it is ready for that or not.
/// </summary>
/// <remarks>
/// <para>
/// <b>Not recommended.</b> Code that is cut off leaves behind half of what it was doing: a list in the middle of an
/// insertion, a file half written, a type whose static constructor failed and which is unusable until the process ends.
/// Anything that other code uses as well may be broken from then on, StopKit's own sources and events included: one
/// that was cut off by an abort while it registered, waited or unregistered may hang every thread that stops it. So the
/// body must share nothing but what is given up with it. Better, in this order: give the code checkpoints
/// (<see cref="StopToken.ThrowIfAbortRequested"/>); run it in a child process, which can be killed without harm to this
/// one; leave it behind, which <see cref="Worker.Stop"/> reports by name.
/// </para>
/// <para>
/// <b>The abort may crash the process.</b> Measured with .NET 10.0.12 on Linux x64: a loop without calls was cut off
/// 900 times out of 900, but of 60 processes that aborted one loop of <c>int.Parse</c> 17 died of a segmentation fault,
/// inside the runtime. That is why the interrupt alone is the default.
/// </para>
/// <para>What the two <see cref="ForcedStopMode"/> end, each row held by a test:</para>
/// <list type="table">
/// <listheader><term>the body is in</term><description>interrupt; interrupt, then abort</description></listheader>
/// <item><term>running managed code</term><description>no; yes</description></item>
/// <item><term><c>Thread.Sleep</c>, a contended <c>lock</c>, a <c>WaitHandle</c>,
/// <c>Task.Wait</c></term><description>yes; yes</description></item>
/// <item><term>a wait that is taken up again by a <c>catch (ThreadInterruptedException)</c></term><description>no, it
/// comes once; no</description></item>
/// <item><term>running code that catches <see cref="Exception"/> and goes on</term><description>no; yes, as it is
/// thrown again after the <c>catch</c></description></item>
/// <item><term>a blocking read of a pipe, any call of native code</term><description>no; no</description></item>
/// <item><term>a <c>catch</c> block, or a <c>finally</c> block that an exception has entered</term><description>its
/// waits; its waits</description></item>
/// <item><term>a <c>finally</c> block that was entered without an exception</term><description>its waits, and the rest
/// of it is skipped; anywhere, the same</description></item>
/// </list>
/// <para>
/// A body that does neither end nor can be ended stays: nothing is tried again, and a stop of its worker abandons it.
/// While an abort is pending for a body that blocks, the runtime itself looks at it again and again, at a cost of about
/// 3 % of a core.
/// </para>
/// <code>
/// running ──abort: interrupt──▶ interrupted ──100 ms──▶ aborted
///    └────────────┴──the body ends──▶ closed ◀─────────────┘   after which nothing is delivered any more
/// </code>
/// <para>Thread safety: any number of threads may call it, each for itself. The idea is Python's
/// <c>PyThreadState_SetAsyncExc</c>.</para>
/// </remarks>
[Experimental(DiagnosticId)]
public static class ForcedStop
{
    internal const string DiagnosticId = "STOPKIT001";

    private const string Advice =
        "Give the code checkpoints (StopToken.ThrowIfAbortRequested), run it in a child process, "
        + "or stop waiting for its worker, which is then reported.";

    [ThreadStatic]
    private static bool _isRunning;

    /// <summary>
    /// Gets a value indicating whether this platform can cut off code at all; false where code is compiled ahead of
    /// time.
    /// </summary>
    public static bool IsSupported => RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>Runs <paramref name="body"/> on the calling thread until it ends, or is cut off at the abort.</summary>
    /// <param name="body">What to run. It is not asked to stop: hand it the token if it can also follow that.</param>
    /// <param name="stop">At its abort the body is cut off; a stop alone does nothing.</param>
    /// <param name="mode">By what; the interrupt alone by default.</param>
    /// <exception cref="StopRequestedException">
    /// The body was cut off, which ends a worker with <see cref="WorkerOutcome.Aborted"/>; or the abort was there
    /// before, and the body did not begin. A body that returns nevertheless has returned, and what it throws of its own
    /// it has thrown.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="body"/> is an async void method: it would return at its
    /// first await, and the rest could not be cut off.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not defined.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is in a body of <see cref="ForcedStop"/>
    /// already.</exception>
    /// <exception cref="PlatformNotSupportedException"><see cref="IsSupported"/> is false.</exception>
    /// <remarks>
    /// When it returns or throws, nothing is pending for the thread. An interrupt from elsewhere that arrives after
    /// this one is lost with it.
    /// </remarks>
    public static void Run(Action body, StopToken stop, ForcedStopMode mode = ForcedStopMode.Interrupt)
    {
        AsyncVoidGuard.Refuse(body, "Block in a synchronous body, or use an AsyncWorker, whose code looks at its token.");
        if (!Enum.IsDefined(mode))
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode must be Interrupt or InterruptThenAbort.");
        if (_isRunning)
            throw new InvalidOperationException(
                "This thread runs a body of ForcedStop already; one thread can be cut off at one place only.");
        if (!IsSupported)
            throw Unsupported(inner: null);

        var cut = new ForcedCut(Thread.CurrentThread, stop, mode);
        // The deliverer is a thread of its own, because the runtime's abort returns only when the thread has obeyed, and
        // the requester must not be held up.
        var registration = stop.OnAbort(static (cut, _) => ((ForcedCut)cut!).StartDelivery(), cut);
        _isRunning = true;
        try
        {
            stop.ThrowIfAbortRequested(); // only now: an abort that came before the registration must not find a body
            RunUntilCut(body, stop, cut);
        }
        finally
        {
            _isRunning = false;
            cut.Close(); // before the wait below, which an interrupt would end
            registration.Dispose();
        }
    }

    /// <summary>Does what <see cref="Run(Action, StopToken, ForcedStopMode)"/> does; the call of version 0.1.</summary>
    /// <param name="body">What to run.</param>
    /// <param name="stop">At its abort the body is cut off; a stop alone does nothing.</param>
    /// <param name="means">The mode by its old name.</param>
    /// <inheritdoc cref="Run(Action, StopToken, ForcedStopMode)" path="/exception"/>
    [Obsolete("Use ForcedStopMode.")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Run(Action body, StopToken stop, ForcedStopMeans means) => Run(body, stop, (ForcedStopMode)means);

    private static void RunUntilCut(Action body, StopToken stop, ForcedCut cut)
    {
        var (hasBegun, hasEnded) = (false, false);
        try
        {
            if (cut.AbortToken is { } abort)
            {
#pragma warning disable SYSLIB0046 // obsolete because it is dangerous, which is what this type says of itself first
                ControlledExecution.Run(RunBody, abort);
#pragma warning restore SYSLIB0046
            }
            else
            {
                RunBody();
            }
        }
        catch (PlatformNotSupportedException exception) when (!hasBegun)
        {
            throw Unsupported(exception);
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken == cut.AbortToken)
        {
            // The runtime may say so of a body that had just returned:
            // https://learn.microsoft.com/dotnet/api/system.runtime.controlledexecution.run
            if (!hasEnded)
                throw CutOff(exception);
        }
        catch (ThreadInterruptedException exception) when (cut.WasInterrupted)
        {
            throw CutOff(exception);
        }

        void RunBody()
        {
            hasBegun = true;
            try
            {
                body();
                hasEnded = true;
            }
            finally
            {
                // Within the controlled execution, whose own end has a short sleep in it: an interrupt there would leave the abort pending.
                cut.CloseInterrupt();
            }
        }

        StopRequestedException CutOff(Exception inner) => new(stop.AbortReason!, StopStage.Aborting, inner, stop.Aborting);
    }

    private static PlatformNotSupportedException Unsupported(Exception? inner) =>
        new($"This platform cannot cut off code that runs. {Advice}", inner);
}
