using System.Runtime.InteropServices;

namespace StopKit.Tests.Shutdown;

public sealed class ShutdownOptionsTests
{
    private static readonly PosixSignal[] Defaults = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    [Fact]
    public void The_defaults_are_those_of_the_documentation() => new ShutdownOptions().Should().BeEquivalentTo(new
    {
        Grace = TimeSpan.FromSeconds(30),
        AbortPeriod = TimeSpan.FromSeconds(5),
        DrainDelay = TimeSpan.Zero,
        Debounce = TimeSpan.FromMilliseconds(250),
        Signals = Defaults,
        Hint = "Stopping. Press Ctrl+C again to abort, a third time to end at once.",
        ReadyLine = (string?)null,
        SignalExitCodes = false,
        TimeProvider = TimeProvider.System,
        Logger = (object?)null,
    });

    public static TheoryData<string, bool, Func<TimeSpan, ShutdownOptions>> Times() => new()
    {
        { nameof(ShutdownOptions.Grace), true, time => new ShutdownOptions { Grace = time } },
        { nameof(ShutdownOptions.AbortPeriod), true, time => new ShutdownOptions { AbortPeriod = time } },
        { nameof(ShutdownOptions.DrainDelay), false, time => new ShutdownOptions { DrainDelay = time } },
        { nameof(ShutdownOptions.Debounce), false, time => new ShutdownOptions { Debounce = time } },
    };

    [Theory, MemberData(nameof(Times))]
    public void A_time_out_of_range_is_refused_by_its_name(string name, bool mayBeInfinite, Func<TimeSpan, ShutdownOptions> make)
    {
        foreach (var time in new[] { TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.FromDays(25), TimeSpan.MaxValue })
            make.Invoking(m => m(time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name).Which.ActualValue.Should().Be(time);
        foreach (var time in new[] { TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(24) })
            make.Invoking(m => m(time)).Should().NotThrow();

        var infinite = make.Invoking(m => m(Timeout.InfiniteTimeSpan));
        if (mayBeInfinite)
            infinite.Should().NotThrow();
        else
            infinite.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name).WithMessage("The * must end: zero, or positive up to 24 days.*");
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public static TheoryData<PosixSignal[]?> WrongSignals() => new()
    {
        null,
        Array.Empty<PosixSignal>(),
        new[] { PosixSignal.SIGCHLD },
        new[] { PosixSignal.SIGINT, PosixSignal.SIGWINCH },
        new[] { PosixSignal.SIGTSTP },
        new[] { (PosixSignal)0 },
        new[] { (PosixSignal)9 },
        new[] { (PosixSignal)19 },
        new[] { (PosixSignal)65 },
    };

    [Theory, MemberData(nameof(WrongSignals))]
    public void Signals_that_ask_no_process_to_end_are_refused(PosixSignal[]? signals) =>
        FluentActions.Invoking(() => new ShutdownOptions { Signals = signals! }).Should().Throw<ArgumentException>()
            .WithParameterName("Signals").WithMessage("Name at least one signal*");

    [Fact]
    public void Signals_are_taken_as_they_are_at_that_moment_each_once()
    {
        var signals = new[] { PosixSignal.SIGTERM, PosixSignal.SIGTERM, (PosixSignal)10 };
        var options = new ShutdownOptions { Signals = signals };

        signals[0] = PosixSignal.SIGHUP;

        options.Signals.Should().Equal(PosixSignal.SIGTERM, (PosixSignal)10);
    }

    [Fact]
    public void A_missing_clock_is_refused() =>
        FluentActions.Invoking(() => new ShutdownOptions { TimeProvider = null! }).Should().Throw<ArgumentNullException>().WithParameterName("TimeProvider");

    [Fact]
    public void A_copy_differs_in_what_it_names_and_a_copy_of_the_defaults_equals_them()
    {
        var quick = new ShutdownOptions { SignalExitCodes = true } with { Grace = TimeSpan.FromSeconds(2) };

        quick.Should().BeEquivalentTo(new { SignalExitCodes = true, Grace = TimeSpan.FromSeconds(2), AbortPeriod = TimeSpan.FromSeconds(5), Signals = Defaults });
        (quick with { SignalExitCodes = false, Grace = TimeSpan.FromSeconds(30) }).Should().Be(new ShutdownOptions());
        FluentActions.Invoking(() => quick with { Grace = TimeSpan.FromSeconds(-2) }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Grace");
    }
}
