using System.Diagnostics;
using Xunit.Abstractions;

namespace StopKit.Tests.Groups;

/// <summary>What many workers cost.</summary>
[Collection(Alone.Name)]
public sealed class GroupCostTests(ITestOutputHelper output)
{
    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData(WorkerKind.Async, 100_000)]
    [InlineData(WorkerKind.Thread, 2_000)]
    public async Task A_group_of_very_many_starts_stops_and_reports_each(WorkerKind kind, int count)
    {
        using var allRun = new CountdownEvent(count);
        var before = Memory.InUse();
        var watch = Stopwatch.StartNew();
        var group = new WorkerGroup("crowd", options: new WorkerOptions { Grace = Timeout.InfiniteTimeSpan });
        for (var number = 0; number < count; number++)
        {
            if (kind == WorkerKind.Thread)
                group.Add($"worker-{number}", stop => { allRun.Signal(); stop.Wait(); }, order: number % 3);
            else
                group.Add($"worker-{number}", async stop => { allRun.Signal(); await stop.WaitAsync(Timeout.InfiniteTimeSpan); }, order: number % 3);
        }

        group.Start();
        (await Task.Run(() => allRun.Wait(Patience.Limit))).Should().BeTrue();
        var started = watch.Elapsed;
        var running = group.Report;
        var bytes = (Memory.InUse() - before) / count;
        watch.Restart();
        var result = await group.StopAsync();
        var stopped = watch.Elapsed;
        watch.Restart();
        var report = group.Report;
        var (table, chart) = (report.ToString(), report.ToMermaid());
        var reported = watch.Elapsed;

        output.WriteLine($"{count} {kind} workers: {bytes} bytes each while running (without stacks)");
        output.WriteLine($"start {PerWorker(started)}, stop {PerWorker(stopped)}, report {PerWorker(reported)} each");
        running.Entries.Count(entry => entry.Outcome == WorkerOutcome.Running).Should().Be(count);
        result.Outcome.Should().Be(WorkerOutcome.Stopped);
        report.IsComplete.Should().BeTrue();
        report.Entries.Should().HaveCount(count);
        report.Entries.Count(entry => entry.Outcome == WorkerOutcome.Stopped && entry.StopLatency != null).Should().Be(count);
        report.Entries.DistinctBy(entry => entry.Path).Should().HaveCount(count);
        table.Split('\n').Length.Should().BeLessThan(50, "thousands are summarised");
        table.Should().Contain($"and {count - 40} more: {count - 40} Stopped");
        chart.Length.Should().BeLessThan(50_000);

        string PerWorker(TimeSpan time) => $"{time.TotalMicroseconds / count:0.0} µs";
    }
}
