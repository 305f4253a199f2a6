using StopKit.Tests.Support;
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
    public Task Of_eight_that_set_it_together_one_is_first_and_who_sees_it_sees_what_was_written_before()
    {
        var flag = new StopFlag();
        var (first, written) = (0, 0);
        return Race.Run(
            output,
            prepare: () => (flag, first, written) = (new StopFlag(), 0, 0),
            [.. Race.Times(7, _ => Set()), Observe],
            check: () => Assert.Equal(1, first));

        void Set()
        {
            Interlocked.Increment(ref written);
            if (flag.Set())
                Interlocked.Increment(ref first);
        }

        void Observe()
        {
            var spinner = default(SpinWait);
            while (!flag.IsSet)
                spinner.SpinOnce(sleep1Threshold: -1);
            Assert.NotEqual(0, written);
        }
    }
}
