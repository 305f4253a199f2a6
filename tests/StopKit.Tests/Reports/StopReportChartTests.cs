using static StopKit.Tests.Reports.StopReportTableTests;

namespace StopKit.Tests.Reports;

/// <summary>The report as a Mermaid Gantt chart.</summary>
public sealed class StopReportChartTests
{
    [Fact]
    public void It_has_a_bar_from_the_request_to_the_observation_and_one_from_there_to_the_end()
    {
        var report = new StopReport(
            "app",
            [
                Entry("app/web", WorkerOutcome.Stopped, latency: 0.010, duration: 0.250),
                Entry("app/mail/sender-1", WorkerOutcome.Abandoned, duration: 35),
                Entry("app/mail/parser", WorkerOutcome.Faulted, duration: 0.003),
            ],
            TimeSpan.FromSeconds(35));

        report.ToMermaid().Should().Be(string.Join('\n', [
            "gantt",
            "    title Stop of app, 1 of 3 late",
            "    dateFormat x",
            "    axisFormat %M:%S.%L",
            "    section app/mail",
            "    sender-1 LATE :crit, 0, 35000",
            "    parser Faulted :crit, 0, 3",
            "    section app",
            "    web asked :done, 0, 10",
            "    web Stopped :active, 10, 250",
        ]));
    }

    [Theory]
    [InlineData("a: b; c # d, e % f")]
    [InlineData("%%{init: {}}%%")]
    [InlineData("line\nbreak\r\ttab")]
    [InlineData("title of the job")]
    [InlineData("Section 9")]
    [InlineData("click here")]
    [InlineData("gantt")]
    [InlineData("2026-01-02 backup")]
    [InlineData("dateFormat x")]
    [InlineData("accDescr { x }")]
    [InlineData("<script>alert(1)</script>")]
    public void No_name_breaks_it(string name)
    {
        var report = new StopReport(name, [Entry($"{name}/{name}", WorkerOutcome.Abandoned, latency: 1, duration: 2)], TimeSpan.FromSeconds(2));

        var chart = MermaidGantt.Parse(report.ToMermaid());

        chart.Title.Should().StartWith("Stop of ");
        chart.Sections.Should().ContainSingle();
        chart.Tasks.Should().HaveCount(2);
        chart.Tasks[1].Label.Should().EndWith(" LATE");
        chart.Tasks[1].Should().Match<MermaidGantt.Bar>(bar => bar.Tag == "crit" && bar.Start == 1000 && bar.End == 2000);
    }

    [Fact]
    public void A_name_that_is_no_statement_stays_as_it_is()
    {
        var report = new StopReport("titles", [Entry("titles/accounts", WorkerOutcome.Stopped, duration: 1)], TimeSpan.FromSeconds(1));

        MermaidGantt.Parse(report.ToMermaid()).Tasks.Should().ContainSingle().Which.Label.Should().Be("accounts Stopped");
    }

    [Fact]
    public void An_instant_has_a_bar_that_can_be_seen()
    {
        var report = new StopReport("app", [Entry("app/web", WorkerOutcome.Stopped, latency: 0, duration: 0)], TimeSpan.Zero);

        MermaidGantt.Parse(report.ToMermaid()).Tasks.Should().HaveCount(2).And.OnlyContain(bar => bar.End > bar.Start);
    }

    [Fact]
    public void Of_thousands_the_late_ones_are_shown_and_the_title_counts_the_rest()
    {
        var entries = Enumerable.Range(0, 3000).Select(number => Entry(
            $"app/worker-{number}", number >= 2990 ? WorkerOutcome.Abandoned : WorkerOutcome.Stopped, duration: 1));

        var chart = MermaidGantt.Parse(new StopReport("app", [.. entries], TimeSpan.FromSeconds(1)).ToMermaid());

        chart.Title.Should().Be("Stop of app, 10 of 3000 late, 2900 more in the report");
        chart.Tasks.Take(10).Should().OnlyContain(bar => bar.Label.EndsWith(" LATE"));
        chart.Tasks.Should().HaveCount(100);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void However_many_are_late_it_stays_below_what_Mermaid_takes(int nameLength)
    {
        var entries = Enumerable.Range(0, 5000).Select(number => Entry(
            $"{number}/{new string('x', nameLength)}/{new string('y', nameLength)}", WorkerOutcome.Abandoned, latency: 1, duration: 2));

        var source = new StopReport("app", [.. entries], TimeSpan.FromSeconds(1)).ToMermaid();

        source.Length.Should().BeLessThan(MermaidGantt.LongestSource);
        var chart = MermaidGantt.Parse(source);
        chart.Tasks.Should().HaveCountGreaterThan(200);
        chart.Title.Should().Be($"Stop of app, 5000 of 5000 late, {5000 - (chart.Tasks.Count / 2)} more in the report");
    }

    [Fact]
    public void An_empty_report_is_an_empty_chart() =>
        MermaidGantt.Parse(new StopReport("app", [], TimeSpan.Zero).ToMermaid()).Tasks.Should().BeEmpty();
}
