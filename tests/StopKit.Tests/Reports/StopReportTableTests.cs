namespace StopKit.Tests.Reports;

/// <summary>The report as a person reads it in a terminal.</summary>
public sealed class StopReportTableTests
{
    private const int Columns = 80;

    [Fact]
    public void It_fits_the_terminal_and_says_first_who_is_late()
    {
        var report = new StopReport(
            "app",
            [
                Entry("app/web", WorkerOutcome.Stopped, latency: 0.0012, duration: 0.25),
                Entry("app/mail/sender-1", WorkerOutcome.Abandoned, duration: 35, checkpoint: new Checkpoint("Drain", "/src/Mailer.cs", 42, TimeSpan.FromSeconds(3.2))),
                Entry("app/parser", WorkerOutcome.Faulted, duration: 0.003, exception: new InvalidDataException("bad\nheader")),
                Entry("app/license", WorkerOutcome.Exited, duration: 0.003, exitCode: 3),
                Entry("app/cache", WorkerOutcome.Aborted, latency: 12, duration: 155),
            ],
            TimeSpan.FromSeconds(35));

        var table = report.ToString();

        table.Should().Be(string.Join('\n', [
            "app: 1 of 5 LATE after 35 s",
            "  outcome       observed      ended  worker",
            "  LATE                 -          -  app/mail/sender-1",
            "      last seen: Drain, Mailer.cs:42, 3.2 s ago",
            "  Faulted              -       3 ms  app/parser",
            "      InvalidDataException: bad header",
            "  Aborted           12 s 2 min 35 s  app/cache",
            "  Exited 3             -       3 ms  app/license",
            "  Stopped         1.2 ms     250 ms  app/web",
        ]));
    }

    [Fact]
    public void Long_names_keep_both_ends_but_a_late_one_is_never_cut()
    {
        var name = $"app/{new string('x', 100)}/sender-3";
        var report = new StopReport(
            new string('n', 300), [Entry(name, WorkerOutcome.Stopped, duration: 1), Entry(name, WorkerOutcome.Abandoned, duration: 1)], TimeSpan.FromSeconds(1));

        var lines = report.ToString().Split('\n');

        lines[0].Should().HaveLength(Columns).And.EndWith("1 of 2 LATE after 1 s");
        lines[2].Should().EndWith(name);
        lines[3].Should().HaveLength(Columns).And.Contain("app/xxx").And.Contain("...").And.EndWith("xxx/sender-3");
    }

    [Theory]
    [InlineData("\U0001F600")]
    [InlineData("e\u0301")]
    public void A_character_of_two_is_never_cut_in_two(string character)
    {
        var name = string.Concat(Enumerable.Repeat(character, 400));
        // Each end of the path has every parity, so that a cut in the middle of a character is certain to be tried.
        var report = new StopReport(
            name,
            [.. Enumerable.Range(0, 4).Select(pads => Entry(
                $"{new string('a', pads % 2)}{name}{new string('b', pads / 2)}", WorkerOutcome.Faulted, exception: new InvalidDataException(new string('a', pads % 2) + name)))],
            TimeSpan.FromSeconds(1));

        foreach (var text in (string[])[report.ToString(), report.ToMermaid()])
        {
            text.Should().Contain("...");
            text.Replace(character, "", StringComparison.Ordinal).Should().NotContainAny(character.Select(static half => half.ToString()).Where(static half => half != "e"))
                .And.NotContain("\uFFFD").And.NotMatchRegex("[\uD800-\uDFFF]");
            text.Replace(character, "", StringComparison.Ordinal).Should().NotMatchRegex("e\\.\\.\\.");
        }
    }

    [Fact]
    public void Whatever_the_values_no_line_but_a_late_one_s_is_wider_than_the_terminal()
    {
        var longName = new string('y', 200);
        var report = new StopReport(
            "app",
            [
                Entry(longName, WorkerOutcome.Exited, latency: 86_399, duration: 2_000_000, exitCode: int.MinValue),
                Entry("late", WorkerOutcome.Abandoned, duration: 1, checkpoint: new Checkpoint(longName, longName, int.MaxValue, TimeSpan.FromDays(20))),
                Entry(longName, WorkerOutcome.Faulted, exception: new InvalidDataException(longName)),
            ],
            TimeSpan.FromDays(20));

        report.ToString().Split('\n').Should().HaveCount(7).And.OnlyContain(line => line.Length <= Columns);
    }

    [Fact]
    public void A_name_with_line_breaks_stays_on_one_line()
    {
        var report = new StopReport("a\nb", [Entry("a\nb/c\r\nd", WorkerOutcome.Abandoned), Entry("a\nb/e", WorkerOutcome.Stopped)], TimeSpan.Zero);

        report.ToString().Split('\n').Should().HaveCount(4).And.Contain(line => line.EndsWith("a b/c d"));
    }

    [Fact]
    public void Thousands_are_summarised_but_who_is_late_never_is()
    {
        var entries = Enumerable.Range(0, 5000).Select(number => Entry(
            $"app/worker-{number}",
            number switch { < 4000 => WorkerOutcome.Stopped, < 4900 => WorkerOutcome.Completed, _ => WorkerOutcome.Abandoned }));

        var lines = new StopReport("app", [.. entries], TimeSpan.FromSeconds(9)).ToString().Split('\n');

        lines[0].Should().Be("app: 100 of 5000 LATE after 9 s");
        lines.Skip(2).Take(100).Should().OnlyContain(line => line.StartsWith("  LATE "));
        lines.Skip(102).Should().Equal("  ... and 4900 more: 4000 Stopped, 900 Completed");
    }

    [Fact]
    public void Faults_come_before_the_many_that_ended_well()
    {
        var entries = Enumerable.Range(0, 1000).Select(number => Entry($"app/worker-{number}", number == 999 ? WorkerOutcome.Faulted : WorkerOutcome.Stopped));

        var lines = new StopReport("app", [.. entries], TimeSpan.Zero).ToString().Split('\n');

        lines[2].Should().EndWith("app/worker-999");
        lines[^1].Should().Be("  ... and 960 more: 960 Stopped");
    }

    internal static StopReportEntry Entry(
        string path,
        WorkerOutcome outcome,
        double? latency = null,
        double? duration = null,
        int? exitCode = null,
        Checkpoint? checkpoint = null,
        Exception? exception = null) => new(path, new WorkerResult(path, outcome)
        {
            Reason = StopReason.Requested(),
            StopLatency = latency is { } observed ? TimeSpan.FromSeconds(observed) : null,
            StopDuration = duration is { } ended ? TimeSpan.FromSeconds(ended) : null,
            ExitCode = exitCode,
            LastCheckpoint = checkpoint,
            Exception = exception,
        });
}
