namespace StopKit.Tests.Groups;

/// <summary>Groups nest up to a limit, so that no walk through them can run out of stack.</summary>
public sealed class GroupNestingTests
{
    private const int Limit = 256;

    private readonly ManualClock _clock = new();

    private WorkerOptions Options => new() { TimeProvider = _clock };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_level_too_many_is_refused_wherever_it_is_added(bool fromOutside)
    {
        var groups = Enumerable.Range(0, 20_000).Select(level => new WorkerGroup($"level-{level}")).ToList();
        var added = 0;

        var nest = () =>
        {
            for (; added < groups.Count - 1; added++)
            {
                if (fromOutside)
                    groups[added].Add(groups[added + 1]);
                else
                    groups[added + 1].Add(groups[added]);
            }
        };

        nest.Should().Throw<InvalidOperationException>().WithMessage($"*{Limit} groups deep*");
        added.Should().Be(Limit - 1);
        groups[added].Group.Should().Be(fromOutside ? groups[added - 1] : null, "what was refused is in no group");
    }

    [Fact]
    public void Two_trees_that_are_too_high_together_cannot_be_joined()
    {
        var (upper, lower) = (Tree(Limit / 2, out var bottom), Tree((Limit / 2) + 1, out _));

        bottom.Invoking(group => group.Add(lower)).Should().Throw<InvalidOperationException>();

        bottom.Add(Tree(Limit / 2, out _)).Should().BeTrue();
        upper.Group.Should().BeNull();
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task At_the_limit_everything_works_on_a_small_stack()
    {
        var root = Tree(Limit, out var bottom);
        bottom.Add("worker", stop => stop.Wait());
        var outcome = new TaskCompletionSource<(WorkerOutcome, StopReport)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                root.Start();
                _ = root.Report;
                outcome.SetResult((root.Stop().Outcome, root.Report));
            },
            maxStackSize: 512 * 1024);
        thread.Start();

        var (result, report) = await outcome.Task;

        result.Should().Be(WorkerOutcome.Stopped);
        report.Entries.Should().ContainSingle().Which.Path.Should().EndWith($"/level-{Limit}/worker");
    }

    private WorkerGroup Tree(int height, out WorkerGroup bottom)
    {
        var root = bottom = new WorkerGroup("level-1", options: Options);
        for (var level = 2; level <= height; level++)
        {
            var child = new WorkerGroup($"level-{level}", options: Options);
            bottom.Add(child);
            bottom = child;
        }

        return root;
    }
}
