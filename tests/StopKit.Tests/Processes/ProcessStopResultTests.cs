namespace StopKit.Tests.Processes;

public sealed class ProcessStopResultTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(200);

    public static TheoryData<ProcessStopResult, string> DurationText() => new()
    {
        { Ended(ProcessStopOutcome.Exited, code: 3), "process 4711 exited with code 3 after 200 ms" },
        { Ended(ProcessStopOutcome.Exited, code: 143), "process 4711 exited with code 143 after 200 ms" },
        { Ended(ProcessStopOutcome.Exited, code: 143, signal: 15), "process 4711 ended by SIGTERM after 200 ms" },
        { Ended(ProcessStopOutcome.Exited, code: 164, signal: 36), "process 4711 ended by signal 36 after 200 ms" },
        { Ended(ProcessStopOutcome.Exited), "process 4711 exited after 200 ms" },
        { Ended(ProcessStopOutcome.AlreadyExited, code: 0), "process 4711 had ended already with code 0" },
        { Ended(ProcessStopOutcome.AlreadyExited), "process 4711 had ended already" },
        { Ended(ProcessStopOutcome.Killed, 137, 9, TimeSpan.FromSeconds(10)), "process 4711 was killed after the grace of 10 s" },
        { Ended(ProcessStopOutcome.Killed, 137, 9), "process 4711 was killed after 200 ms, when its grace was cut short" },
        { Ended(ProcessStopOutcome.NotFound), "process 4711 was not found" },
        { Ended(ProcessStopOutcome.AccessDenied), "process 4711 may not be signalled by this user" },
        { Ended(ProcessStopOutcome.Exited, code: 0, killed: [8, 9]), "process 4711 exited with code 0 after 200 ms, and descendants were killed: 8, 9" },
        {
            Ended(ProcessStopOutcome.Killed, grace: TimeSpan.Zero, killed: [.. Enumerable.Range(101, 12)], survivors: [4711]),
            "process 4711 was killed after the grace of 0 ms, and descendants were killed: 101, 102, 103, 104, 105, 106, 107, 108, 109, 110 and 2 more; not ended: 4711"
        },
    };

    [Theory, MemberData(nameof(DurationText))]
    public void The_line_reads_as_a_sentence(ProcessStopResult result, string phrase) => result.ToString().Should().Be(phrase);

    [Fact]
    public void An_end_is_confirmed_if_nobody_is_left()
    {
        Ended(ProcessStopOutcome.Killed).IsConfirmed.Should().BeTrue();
        Ended(ProcessStopOutcome.Killed, survivors: [4711]).IsConfirmed.Should().BeFalse();
        Ended(ProcessStopOutcome.Exited, survivors: [4712]).IsConfirmed.Should().BeFalse();
        Ended(ProcessStopOutcome.NotFound).IsConfirmed.Should().BeTrue();
        Ended(ProcessStopOutcome.AccessDenied).IsConfirmed.Should().BeFalse();
    }

    [Fact]
    public void What_could_not_be_looked_for_is_in_the_line_and_confirms_nothing()
    {
        var result = new ProcessStopResult(ProcessStopOutcome.Exited, 4711) { ExitCode = 0, Duration = Duration, LookFailure = "Too many open files" };

        result.IsConfirmed.Should().BeFalse();
        result.ToString().Should().Be("process 4711 exited with code 0 after 200 ms; other descendants could not be looked for: Too many open files");
    }

    private static ProcessStopResult Ended(
        ProcessStopOutcome outcome, int? code = null, int? signal = null, TimeSpan? grace = null, int[]? killed = null, int[]? survivors = null) =>
        new(outcome, 4711)
        {
            ExitCode = code,
            Signal = signal,
            Duration = Duration,
            Grace = grace,
            KilledDescendants = killed ?? [],
            Survivors = survivors ?? [],
        };
}
