using Xunit.Abstractions;

namespace StopKit.Tests.Events;

[Collection(Alone.Name)]
public sealed class StopFlagTests(ITestOutputHelper output)
{
    [Fact]
    public void It_is_set_once_and_stays_so()
    {
        var flag = new StopFlag();
        flag.IsSet.Should().BeFalse();

        flag.Set().Should().BeTrue();
        flag.IsSet.Should().BeTrue();
        flag.Set().Should().BeFalse();

        flag.IsSet.Should().BeTrue();
    }

    [Fact]
    public void The_poll_allocates_nothing()
    {
        var flag = new StopFlag();
        var seen = 0;

        Memory.Allocated(() => seen += flag.IsSet ? 1 : 0).Should().Be(0);

        seen.Should().Be(0);
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Of_eight_that_set_it_together_one_is_first()
    {
        var (flag, first) = (new StopFlag(), 0);
        return Race.Run(
            output,
            prepare: () => (flag, first) = (new StopFlag(), 0),
            Race.Times(8, _ =>
            {
                if (flag.Set())
                    Interlocked.Increment(ref first);
            }),
            check: () => Assert.Equal(1, first));
    }

    [Fact(Timeout = Patience.RaceTimeout)]
    public Task Who_sees_it_set_sees_what_was_written_before()
    {
        var (flag, written) = (new StopFlag(), 0);
        return Race.Run(
            output,
            prepare: () => (flag, written) = (new StopFlag(), 0),
            [
                () =>
                {
                    written = 42;
                    flag.Set();
                },
                () =>
                {
                    var spinner = default(SpinWait);
                    while (!flag.IsSet)
                        spinner.SpinOnce(sleep1Threshold: -1);
                    Assert.Equal(42, written);
                },
            ],
            check: () => { });
    }
}
