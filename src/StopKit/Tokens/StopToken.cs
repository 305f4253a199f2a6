using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace StopKit;

/// <summary>Tells running code whether and why to stop; a <see cref="StopSource"/> hands it out.</summary>
/// <remarks>
/// <para>
/// A small value: copy it freely. <c>default</c> is <see cref="None"/>, which never stops. Every member may be called
/// from any thread, and after the source was disposed: the token then keeps its last state.
/// </para>
/// <para>
/// Polling costs one null check and one volatile read while nothing is requested. A <c>true</c> from
/// <see cref="IsStopRequested"/>, <see cref="IsAbortRequested"/> or a wait, a throw, or a callback that runs is an
/// <em>observation</em>: a worker that returns without one has <c>Completed</c>, with one it has <c>Stopped</c>.
/// </para>
/// <para>
/// The token that code outside of a worker reads from <c>Worker.StopToken</c> does not observe. It is equal to the
/// worker's own: two tokens are equal if the same request stops both, whatever else they do.
/// </para>
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public readonly partial struct StopToken : IEquatable<StopToken>
{
    private readonly StopSource? _source;
    private readonly bool _isUnobserving;

    internal StopToken(StopSource source, bool isUnobserving = false)
    {
        _source = source;
        _isUnobserving = isUnobserving;
    }

    /// <summary>Gets the token that never stops.</summary>
    public static StopToken None => default;

    /// <summary>Gets a value indicating whether this token is stopped or may still be stopped.</summary>
    /// <remarks>False for <see cref="None"/>, and once the source was disposed unstopped.</remarks>
    public bool CanBeStopped => _source is { CanBeStopped: true };

    /// <summary>Gets a value indicating whether a stop (or an abort) was requested.</summary>
    /// <remarks>A true is an observation.</remarks>
    public bool IsStopRequested
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _source is { IsQuiet: false } && LooksStopped(nameof(IsStopRequested));
    }

    /// <summary>Gets a value indicating whether an abort was requested.</summary>
    /// <remarks>A true is an observation.</remarks>
    public bool IsAbortRequested
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _source is { IsQuiet: false } && LooksAborted(nameof(IsAbortRequested));
    }

    /// <summary>Gets the stage that was reached.</summary>
    /// <remarks>Reading it is no observation.</remarks>
    public StopStage Stage => _source?.Stage ?? StopStage.Running;

    /// <summary>Gets why the stop was requested, or null while running.</summary>
    /// <remarks>Reading it is no observation.</remarks>
    public StopReason? Reason => _source?.Reason;

    /// <summary>Gets why the abort was requested, or null before that.</summary>
    /// <remarks>Reading it is no observation.</remarks>
    public StopReason? AbortReason => _source?.AbortReason;

    /// <summary>
    /// Gets how long it is until the abort that a grace or a deadline has planned: zero once it is due, infinite if none
    /// is planned.
    /// </summary>
    /// <remarks>Reading it is no observation. A second signal, or a request, may abort earlier.</remarks>
    public TimeSpan TimeToAbort => _source?.TimeToAbort() ?? Timeout.InfiniteTimeSpan;

    /// <summary>Gets a token that is canceled at stop: pass it to calls of the platform.</summary>
    /// <remarks>
    /// Made on first use. The library cannot tell what a worker sees through it, so a worker that took it and returns
    /// after the stop counts as having observed the stop.
    /// </remarks>
    public CancellationToken Stopping => HandOver(StopStage.Stopping, nameof(Stopping));

    /// <summary>Gets a token that is canceled at abort: pass it to cleanup and to work that must finish.</summary>
    public CancellationToken Aborting => HandOver(StopStage.Aborting, nameof(Aborting));

    internal StopSource? Source => _source;

    /// <summary>Gets a value indicating whether what is seen through it counts for nothing.</summary>
    internal bool IsUnobserving => _isUnobserving;

    /// <summary>Gets the context for what is linked below this token.</summary>
    internal StopContext Context => _source is null ? StopContext.Default
        : _isUnobserving ? _source.Context.Outside
        : _source.Context;

    private string DebuggerDisplay => _source switch
    {
        null => "None",
        { Stage: StopStage.Running, CanBeStopped: false } => "Running, cannot be stopped any more",
        { Stage: StopStage.Running } => "Running",
        var source => $"{source.Stage}: {source.AbortReason ?? source.Reason}",
    };

    /// <summary>Gives the token that is canceled at stop, <see cref="Stopping"/>.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The cancellation token.</returns>
    public static implicit operator CancellationToken(StopToken token) => token.Stopping;

    /// <summary>Tells whether two tokens belong to the same source.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do, or if both are <see cref="None"/>.</returns>
    public static bool operator ==(StopToken left, StopToken right) => left.Equals(right);

    /// <summary>Tells whether two tokens belong to different sources.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(StopToken left, StopToken right) => !left.Equals(right);

    /// <summary>Throws if a stop was requested; the throw is an observation.</summary>
    /// <exception cref="StopRequestedException">A stop was requested.</exception>
    public void ThrowIfStopRequested()
    {
        if (_source is { IsQuiet: false } && LooksStopped(nameof(ThrowIfStopRequested)))
            throw new StopRequestedException(Reason!, Stage, CancellationTokenOf(StopStage.Stopping));
    }

    /// <summary>Throws if an abort was requested; the throw is an observation.</summary>
    /// <exception cref="StopRequestedException">An abort was requested; its reason is the abort's.</exception>
    public void ThrowIfAbortRequested()
    {
        if (_source is { IsQuiet: false } && LooksAborted(nameof(ThrowIfAbortRequested)))
            throw new StopRequestedException(AbortReason!, StopStage.Aborting, CancellationTokenOf(StopStage.Aborting));
    }

    /// <summary>
    /// Opens a scope for cleanup that does not see this token's stop, only its own time limit and this token's abort.
    /// </summary>
    /// <param name="max">
    /// How long the cleanup may take until the scope's token stops; infinite for no limit. Up to 24 days.
    /// </param>
    /// <returns>A source to dispose when the cleanup is done; born aborted if this token is.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="max"/> is negative and not infinite, or too long.
    /// </exception>
    public StopSource Shield(TimeSpan max)
    {
        Timeouts.Check(max);
        var shield = new StopSource(Context);
        if (_source is not null)
        {
            _source.AdoptNew(shield, abortOnly: true);
            StopProbe.Inherit(_source, shield, isShield: true);
        }

        shield.BeginDeadline(max, "clean-up limit");
        return shield;
    }

    /// <summary>Notes that this place was passed, so that reports can say where a late worker was last seen.</summary>
    /// <param name="member">Left to the compiler: the calling method.</param>
    /// <param name="file">Left to the compiler: the source file.</param>
    /// <param name="line">Left to the compiler: the line.</param>
    /// <remarks>It does not throw, is no observation, and does nothing outside of a worker.</remarks>
    public void Checkpoint([CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Context.OnCheckpoint(member, file, line);
        if (_source is { IsQuiet: false } && !_isUnobserving)
            StopProbe.Look(_source, nameof(Checkpoint), member, file, line);
    }

    /// <summary>
    /// Says that the worker whose token this is, or a scope of, is ready: what depends on it may begin.
    /// </summary>
    /// <remarks>
    /// For workers with <see cref="WorkerOptions.ReportsReady"/>. It does not throw, is no observation, and does
    /// nothing a second time, in any other worker, or outside of a worker.
    /// </remarks>
    public void ReportReady() => Context.OnReady();

    /// <summary>Tells whether two tokens belong to the same source, so that the same request stops both.</summary>
    /// <param name="other">The other token.</param>
    /// <returns>True if they do, or if both are <see cref="None"/>.</returns>
    public bool Equals(StopToken other) => _source == other._source;

    /// <inheritdoc cref="Equals(StopToken)"/>
    /// <param name="obj">The other token.</param>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is StopToken other && Equals(other);

    /// <summary>Gets a hash code that equal tokens share.</summary>
    /// <returns>The hash code.</returns>
    public override int GetHashCode() => _source is null ? 0 : RuntimeHelpers.GetHashCode(_source);

    /// <summary>Makes a token whose reads are no observations, for code outside of the worker that it stops.</summary>
    internal StopToken Unobserving() => _source is null ? this : new StopToken(_source, isUnobserving: true);

    /// <summary>Tells a probe that the token is being looked at, if it has one.</summary>
    internal void Look(string member)
    {
        if (StopProbe.IsInUse && _source is { IsQuiet: false } && !_isUnobserving)
            StopProbe.Look(_source, member);
    }

    /// <summary>Notes that a wait has seen the stop; no look of its own.</summary>
    internal bool Observes() => _source is { IsStopRequested: true } && Observe();

    // The looks are not inlined, so that the poll of a token that runs stays two instructions.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool LooksStopped(string member)
    {
        Look(member);
        return _source!.IsStopRequested && Observe();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool LooksAborted(string member)
    {
        Look(member);
        return _source!.IsAbortRequested && Observe();
    }

    private CancellationToken HandOver(StopStage stage, string member)
    {
        Look(member);
        return CancellationTokenOf(stage);
    }

    private bool Observe()
    {
        if (!_isUnobserving)
            _source!.Context.OnObserved();
        return true;
    }

    private CancellationToken CancellationTokenOf(StopStage stage)
    {
        if (_source is null)
            return CancellationToken.None;
        // Through the abort's token a stop cannot be seen.
        if (stage == StopStage.Stopping && !_isUnobserving)
            _source.Context.OnCancellationTokenTaken();
        return _source.CancellationTokenOf(stage);
    }
}
