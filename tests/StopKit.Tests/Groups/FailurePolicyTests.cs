namespace StopKit.Tests.Groups;

public sealed class FailurePolicyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(2000, 10)] // 2 to the 1999th is beyond a double's range
    public void Pauses_double_up_to_the_longest_and_vary_between_half_and_whole(int failures, double whole)
    {
        var policy = FailurePolicy.Restart(Second, limit: int.MaxValue, longestBackoff: TimeSpan.FromSeconds(10));

        var pauses = Enumerable.Range(0, 1000).Select(_ => policy.Pause(failures).TotalSeconds).ToList();

        pauses.Should().OnlyContain(pause => pause >= (whole / 2) - 0.001 && pause <= whole + 0.001);
        // Of a thousand, all of one half of the range would be a chance of one in 2^999.
        pauses.Should().Contain(pause => pause < whole * 0.75).And.Contain(pause => pause > whole * 0.75);
    }

    [Fact]
    public void A_first_pause_of_more_than_a_minute_is_also_the_longest() =>
        FailurePolicy.Restart(TimeSpan.FromMinutes(5), limit: 3).Pause(3).Should().BeLessThanOrEqualTo(TimeSpan.FromMinutes(5));

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        var tooLong = TimeSpan.FromDays(25);
        Action[] mistakes =
        [
            () => FailurePolicy.Restart(TimeSpan.Zero, 1),
            () => FailurePolicy.Restart(-Second, 1),
            () => FailurePolicy.Restart(Timeout.InfiniteTimeSpan, 1),
            () => FailurePolicy.Restart(tooLong, 1),
            () => FailurePolicy.Restart(Second, 0),
            () => FailurePolicy.Restart(Second, 1, longestBackoff: Second / 2),
            () => FailurePolicy.Restart(Second, 1, longestBackoff: tooLong),
            () => FailurePolicy.Restart(Second, 1, healthyAfter: TimeSpan.Zero),
            () => FailurePolicy.Restart(Second, 1, healthyAfter: tooLong),
        ];

        mistakes.Should().AllSatisfy(mistake => mistake.Should().Throw<ArgumentOutOfRangeException>());
    }

    [Fact]
    public void It_says_what_it_does()
    {
        FailurePolicy.StopGroup.ToString().Should().Be("StopGroup");
        FailurePolicy.KeepRunning.ToString().Should().Be("KeepRunning");
        FailurePolicy.Restart(Second, 3).ToString().Should().Be("Restart after 1 s to 1 min, 3 times");
    }
}
