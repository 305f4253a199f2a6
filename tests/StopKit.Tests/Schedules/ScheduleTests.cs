using StopKit.Schedules;
using Xunit.Abstractions;

namespace StopKit.Tests.Schedules;

/// <summary>A few random schedules of each area, so that they stay usable; tests/StopKit.Schedules runs them for minutes (docs/random-schedules.md).</summary>
[Collection(Alone.Name)]
public sealed class ScheduleTests(ITestOutputHelper output)
{
    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData("tokens", 100)]
    [InlineData("groups", 20)]
    [InlineData("queues", 50)]
    [InlineData("workers", 60)]
    [InlineData("events", 60)]
    public Task A_few_random_schedules_break_no_invariant(string name, int count) => Task.Run(() =>
    {
        using var text = new StringWriter();
        var area = Area.All.Single(area => area.Name == name);

        var isWell = Hunt.Run(area, text, TimeSpan.FromMinutes(2), count);

        output.WriteLine(text.ToString());
        isWell.Should().BeTrue("{0}", text);
    });
}
