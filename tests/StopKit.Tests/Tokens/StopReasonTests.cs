using System.Globalization;
using System.Runtime.InteropServices;

namespace StopKit.Tests.Tokens;

public sealed class StopReasonTests
{
    public static TheoryData<StopReason, StopCause, string> DurationText => new()
    {
        { StopReason.Requested(), StopCause.Requested, "stop requested" },
        { StopReason.Requested("  "), StopCause.Requested, "stop requested" },
        { StopReason.Requested("user pressed q"), StopCause.Requested, "user pressed q" },
        { StopReason.FromSignal(PosixSignal.SIGTERM), StopCause.Signal, "SIGTERM received" },
        { StopReason.FromSignal(PosixSignal.SIGINT), StopCause.Signal, "SIGINT received" },
        { StopReason.FromSignal((PosixSignal)64), StopCause.Signal, "signal 64 received" },
        { StopReason.Deadline(TimeSpan.FromSeconds(5), "grace"), StopCause.Deadline, "grace of 5 s expired" },
        { StopReason.Deadline(TimeSpan.FromSeconds(5)), StopCause.Deadline, "deadline of 5 s expired" },
        { StopReason.WorkerFailed("mail", new TimeoutException("too slow")), StopCause.WorkerFailed, "mail failed: TimeoutException: too slow" },
        { StopReason.WorkerExited("mail", 3), StopCause.WorkerExited, "mail exited with code 3" },
        { StopReason.HostStopping(), StopCause.HostStopping, "host is stopping" },
        { StopReason.ProcessExit(), StopCause.ProcessExit, "process is exiting" },
        { StopReason.TokenCanceled(), StopCause.CancellationToken, "cancellation token cancelled" },
        { StopReason.Disposed("mail"), StopCause.Disposed, "mail was disposed" },
    };

    [Theory]
    [MemberData(nameof(DurationText), DisableDiscoveryEnumeration = true)]
    public void It_reads_as_an_English_phrase(StopReason reason, StopCause cause, string phrase)
    {
        reason.Cause.Should().Be(cause);
        reason.Message.Should().Be(phrase);
        reason.ToString().Should().Be(phrase);
    }

    [Fact]
    public void The_phrases_cover_every_cause() =>
        DurationText.Select(row => row[1]).Distinct().Should().BeEquivalentTo(Enum.GetValues<StopCause>().Except([StopCause.Unknown]).Cast<object>());

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.5, "0.5 ms")]
    [InlineData(250, "250 ms")]
    [InlineData(1_000, "1 s")]
    [InlineData(1_500, "1.5 s")]
    [InlineData(59_000, "59 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(125_000, "2 min 5 s")]
    [InlineData(3_600_000, "1 h")]
    [InlineData(12_000_000, "3 h 20 min")]
    [InlineData(100 * 3_600_000L, "100 h")]
    [InlineData(-1, "unlimited time")]
    public void It_names_durations_for_a_person_in_any_culture(double milliseconds, string words)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        try
        {
            StopReason.Deadline(TimeSpan.FromMilliseconds(milliseconds)).Message.Should().Be($"deadline of {words} expired");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void An_exit_code_reads_the_same_in_any_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("sv-SE") { NumberFormat = { NegativeSign = "\u2212" } };
        try
        {
            StopReason.WorkerExited("mail", -1).Message.Should().Be("mail exited with code -1");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Only_the_values_that_belong_to_its_cause_are_there()
    {
        var failure = new TimeoutException();
        var (signal, failed, exited) =
            (StopReason.FromSignal(PosixSignal.SIGINT), StopReason.WorkerFailed("mail", failure), StopReason.WorkerExited("mail", 0));

        (signal.Signal, signal.Exception, signal.ExitCode).Should().Be((PosixSignal.SIGINT, null, null));
        (failed.Signal, failed.Exception, failed.ExitCode).Should().Be((null, failure, null));
        (exited.Signal, exited.Exception, exited.ExitCode).Should().Be((null, null, 0));
    }

    [Fact]
    public void RequestedAt_is_the_time_of_the_first_request_by_the_sources_clock()
    {
        var clock = new ManualClock();
        using var source = new StopSource(clock);
        using var later = new StopSource(clock);
        var reason = StopReason.Requested();
        reason.RequestedAt.Should().Be(DateTimeOffset.MinValue);
        clock.Advance(TimeSpan.FromSeconds(5));
        var requested = clock.GetUtcNow();

        source.RequestStop(reason);
        clock.Advance(TimeSpan.FromSeconds(5));
        later.RequestStop(reason);

        reason.RequestedAt.Should().Be(requested);
        reason.RequestedAt.Offset.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void The_abort_has_a_time_of_its_own()
    {
        var clock = new ManualClock();
        using var source = new StopSource(clock);

        source.RequestStop(grace: TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(9));

        (source.AbortReason!.RequestedAt - source.Reason!.RequestedAt).Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_string_is_a_reason()
    {
        using var source = new StopSource();
        string? nothing = null;

        source.RequestStop("enough");

        source.Reason!.Cause.Should().Be(StopCause.Requested);
        source.Reason.Message.Should().Be("enough");
        ((StopReason?)nothing).Should().BeNull();
    }

    [Fact]
    public void Names_and_failures_are_required()
    {
        FluentActions.Invoking(() => StopReason.WorkerFailed("", new TimeoutException())).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => StopReason.WorkerFailed("mail", null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => StopReason.WorkerExited(null!, 1)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => StopReason.Disposed("")).Should().Throw<ArgumentException>();
    }
}
