using System.Runtime.InteropServices;

namespace StopKit.Tests.Shutdown;

/// <summary>What a listener makes of the signals it is handed; real ones are sent in the process tests.</summary>
public sealed class ShutdownSignalsTests
{
    private readonly ManualClock _clock = new();

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_first_signal_stops_and_says_which_it_was()
    {
        using var signals = Listen();
        (signals.Received, signals.IsDraining, signals.Token.CanBeStopped).Should().Be((null, false, true));

        signals.Receive(PosixSignal.SIGTERM);

        await StoppedAsync(signals);
        (signals.Received, signals.IsDraining).Should().Be((PosixSignal.SIGTERM, true));
        signals.Token.Reason!.Should().Match<StopReason>(r => r.Cause == StopCause.Signal && r.Signal == PosixSignal.SIGTERM);
        signals.Token.IsAbortRequested.Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_abort_follows_when_the_grace_is_over()
    {
        using var signals = Listen(grace: TimeSpan.FromSeconds(10));
        signals.Receive(PosixSignal.SIGTERM);
        await StoppedAsync(signals);

        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(9.9));
        signals.Token.IsAbortRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        signals.Token.AbortReason!.Message.Should().Be("grace of 10 s expired");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_second_signal_aborts_and_the_first_stays_the_received_one()
    {
        using var signals = Listen();
        signals.Receive(PosixSignal.SIGTERM);
        await StoppedAsync(signals);

        _clock.Advance(TimeSpan.FromMilliseconds(250));
        signals.Receive(PosixSignal.SIGINT);

        await AbortedAsync(signals);
        signals.Token.Reason!.Signal.Should().Be(PosixSignal.SIGTERM);
        signals.Token.AbortReason!.Signal.Should().Be(PosixSignal.SIGINT);
        signals.Received.Should().Be(PosixSignal.SIGTERM);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Within_the_debounce_no_signal_counts_of_whatever_kind_however_often()
    {
        using var signals = Listen();
        signals.Receive(PosixSignal.SIGINT);
        await StoppedAsync(signals);

        for (var i = 0; i < 24; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            signals.Receive(i % 2 == 0 ? PosixSignal.SIGINT : PosixSignal.SIGTERM);
        }

        _clock.Advance(TimeSpan.FromMilliseconds(9)); // 249 ms after the one that counted: those between do not prolong it
        signals.Receive(PosixSignal.SIGINT);
        signals.Hurry.IsSet.Should().BeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        signals.Receive(PosixSignal.SIGINT);
        await AbortedAsync(signals);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_drain_delay_holds_the_stop_back_but_not_the_sign_of_it()
    {
        using var signals = Listen(drain: TimeSpan.FromSeconds(5));

        signals.Receive(PosixSignal.SIGTERM);
        signals.IsDraining.Should().BeTrue();
        signals.Received.Should().Be(PosixSignal.SIGTERM);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(4.9));
        signals.Token.IsStopRequested.Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        await StoppedAsync(signals);
        signals.Token.IsAbortRequested.Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_token_of_its_own_tells_of_the_first_signal_before_the_drain_delay_is_over()
    {
        using var signals = Listen(drain: TimeSpan.FromHours(5));

        signals.Receive(PosixSignal.SIGTERM);

        (await signals.Draining.WaitAsync(Timeout.InfiniteTimeSpan).AsTask().WaitAsync(Patience.Limit)).Should().BeTrue();
        signals.Draining.Reason!.Signal.Should().Be(PosixSignal.SIGTERM);
        signals.Draining.IsAbortRequested.Should().BeFalse();
        signals.Token.IsStopRequested.Should().BeFalse();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_second_signal_cuts_the_drain_delay_short()
    {
        using var signals = Listen(drain: TimeSpan.FromHours(5));
        signals.Receive(PosixSignal.SIGTERM);
        _clock.AdvanceOnceWaitedOn(TimeSpan.FromSeconds(1));

        signals.Receive(PosixSignal.SIGINT);

        await AbortedAsync(signals);
        signals.Token.AbortReason!.Signal.Should().Be(PosixSignal.SIGINT);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_callback_that_blocks_holds_up_neither_the_signal_nor_the_abort()
    {
        var mayReturn = new Gate();
        using var signals = Listen();
        signals.Token.OnStop(_ => mayReturn.Pass());

        await Task.Run(() => signals.Receive(PosixSignal.SIGTERM)).WaitAsync(Patience.Limit / 2);
        await StoppedAsync(signals);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Run(() => signals.Receive(PosixSignal.SIGTERM)).WaitAsync(Patience.Limit / 2);

        Patience.Until(() => signals.Token.IsAbortRequested);
        mayReturn.IsOpen.Should().BeFalse();
        mayReturn.Open();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_disposed_listener_keeps_its_last_state_and_hears_nothing_more()
    {
        var untouched = Listen();
        var stopped = Listen();
        stopped.Receive(PosixSignal.SIGTERM);
        await StoppedAsync(stopped);

        untouched.Dispose();
        stopped.Dispose();
        stopped.Dispose();
        untouched.Source.RequestStop().Should().BeFalse();

        untouched.Token.IsStopRequested.Should().BeFalse();
        untouched.Token.CanBeStopped.Should().BeFalse();
        stopped.Token.Reason!.Signal.Should().Be(PosixSignal.SIGTERM);
        stopped.Token.IsAbortRequested.Should().BeFalse();
        _clock.UntilNoTimers(); // that of the grace may be made after the dispose, and is disposed at once
    }

    [Fact]
    public void A_signal_that_cannot_be_handled_is_refused_by_Listen_and_leaves_no_listener_behind()
    {
        const PosixSignal ofTheSystem = (PosixSignal)33; // the C library keeps it for itself

        FluentActions.Invoking(() => ShutdownSignals.Listen(new ShutdownOptions { Signals = [ofTheSystem] })).Should().Throw<Exception>();
        FluentActions.Invoking(() => ShutdownSignals.Listen().Dispose()).Should().NotThrow();
    }

    private ShutdownSignals Listen(TimeSpan? grace = null, TimeSpan drain = default) => ShutdownSignals.Listen(new ShutdownOptions
    {
        Grace = grace ?? TimeSpan.FromHours(1),
        DrainDelay = drain,
        TimeProvider = _clock,
        Hint = null,
    });

    // A stop is passed on by a thread of its own.
    private static async Task StoppedAsync(ShutdownSignals signals) =>
        (await signals.Token.WaitAsync(Timeout.InfiniteTimeSpan).AsTask().WaitAsync(Patience.Limit)).Should().BeTrue();

    private static async Task AbortedAsync(ShutdownSignals signals)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = signals.Token.OnAbort(_ => aborted.TrySetResult());
        await aborted.Task.WaitAsync(Patience.Limit);
    }
}
