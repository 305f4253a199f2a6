using Xunit.Abstractions;
using Xunit.Sdk;

namespace StopKit.Tests.Support;

public sealed class RaceTests(ITestOutputHelper output)
{
    [Fact(Timeout = Patience.RaceTimeout)]
    public async Task Every_contender_runs_once_a_round_between_preparation_and_check()
    {
        var (prepared, contended, isChecked) = (0, 0, 0);

        var rounds = await Race.Run(
            output,
            prepare: () => prepared++,
            Race.Times(4, _ => Interlocked.Increment(ref contended)),
            check: () =>
            {
                isChecked++;
                Assert.Equal(isChecked, prepared);
                Assert.Equal(4 * isChecked, contended);
            },
            rounds: 1000);

        isChecked.Should().Be(rounds).And.BeInRange(100, 1000);
    }

    [Theory(Timeout = Patience.RaceTimeout)]
    [InlineData("prepare")]
    [InlineData("contend")]
    [InlineData("check")]
    public async Task A_failure_anywhere_ends_the_race_and_is_thrown(string where)
    {
        var race = () => Race.Run(
            output, () => FailIf("prepare"), Race.Times(3, number => FailIf(number == 1 ? "contend" : "")), () => FailIf("check"), rounds: 10);

        await race.Should().ThrowAsync<XunitException>().WithMessage(where);

        void FailIf(string place)
        {
            if (place == where)
                throw new XunitException(where);
        }
    }
}
