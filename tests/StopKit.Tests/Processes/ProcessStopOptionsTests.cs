using System.Runtime.InteropServices;

namespace StopKit.Tests.Processes;

public sealed class ProcessStopOptionsTests
{
    private const string TimeRule = "The time must be zero, positive up to 24 days, or Timeout.InfiniteTimeSpan.*";

    [Fact]
    public void The_defaults_are_those_of_the_documentation() => new ProcessStopOptions().Should().BeEquivalentTo(new
    {
        Signal = PosixSignal.SIGTERM,
        Grace = TimeSpan.FromSeconds(10),
        KillLimit = TimeSpan.FromSeconds(5),
        EntireTree = true,
        TimeProvider = TimeProvider.System,
        Logger = (object?)null,
    });

    public static TheoryData<string, Func<TimeSpan, ProcessStopOptions>> Times() => new()
    {
        { nameof(ProcessStopOptions.Grace), time => new ProcessStopOptions { Grace = time } },
        { nameof(ProcessStopOptions.KillLimit), time => new ProcessStopOptions { KillLimit = time } },
    };

    [Theory, MemberData(nameof(Times))]
    public void A_time_out_of_range_is_refused_by_its_name(string name, Func<TimeSpan, ProcessStopOptions> make)
    {
        foreach (var time in new[] { TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.FromDays(25), TimeSpan.MaxValue })
            make.Invoking(m => m(time)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name).WithMessage(TimeRule);

        foreach (var time in new[] { TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(24), Timeout.InfiniteTimeSpan })
            make.Invoking(m => m(time)).Should().NotThrow();
    }

    [Theory]
    [InlineData((PosixSignal)(-5))] // SIGCHLD
    [InlineData((PosixSignal)(-6))] // SIGCONT
    [InlineData((PosixSignal)(-7))] // SIGWINCH
    [InlineData((PosixSignal)(-8))] // SIGTTIN
    [InlineData((PosixSignal)(-9))] // SIGTTOU
    [InlineData((PosixSignal)(-10))] // SIGTSTP
    [InlineData((PosixSignal)0)]
    [InlineData((PosixSignal)9)]
    [InlineData((PosixSignal)19)]
    [InlineData((PosixSignal)65)]
    [InlineData((PosixSignal)(-99))]
    public void A_signal_that_no_process_can_answer_is_refused(PosixSignal signal) =>
        FluentActions.Invoking(() => new ProcessStopOptions { Signal = signal }).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("Signal").WithMessage("The signal must be one that a process can answer: SIGINT, SIGTERM*set Grace to zero*");

    [Theory]
    [InlineData(PosixSignal.SIGHUP)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGQUIT)]
    [InlineData((PosixSignal)10)]
    [InlineData((PosixSignal)64)]
    public void A_signal_that_can_be_answered_is_taken(PosixSignal signal) => new ProcessStopOptions { Signal = signal }.Signal.Should().Be(signal);

    [Fact]
    public void A_copy_of_options_may_differ()
    {
        var options = new ProcessStopOptions { Signal = PosixSignal.SIGHUP };

        (options with { EntireTree = false }).Should().BeEquivalentTo(new { Signal = PosixSignal.SIGHUP, EntireTree = false });
        (options with { }).Should().Be(options);
    }

    [Fact]
    public void A_missing_clock_is_refused() =>
        FluentActions.Invoking(() => new ProcessStopOptions { TimeProvider = null! }).Should().Throw<ArgumentNullException>().WithParameterName("TimeProvider");
}
