using System.Diagnostics;
using System.Text;

namespace StopKit.Tests.Processes;

public sealed class EnvironmentMarkTests
{
    [Theory]
    [InlineData("A=1\0STOPKIT_PROCESS=abc\0B=2\0", "abc")]
    [InlineData("STOPKIT_PROCESS=abc:def", "abc:def")]
    [InlineData("XSTOPKIT_PROCESS=abc\0STOPKIT_PROCESSES=abc\0A=STOPKIT_PROCESS=abc\0", "")]
    [InlineData("", "")]
    public void The_value_is_found_by_the_whole_name(string environment, string value) =>
        EnvironmentMark.Find(Encoding.UTF8.GetBytes(environment)).Should().Be(value);

    [Fact]
    public void Each_process_has_a_mark_of_its_own_after_those_of_the_outer_ones()
    {
        var start = new ProcessStartInfo("sleep");
        start.Environment.Remove(EnvironmentMark.Variable);

        var outer = EnvironmentMark.Mark(start);
        start.Environment[EnvironmentMark.Variable].Should().Be(outer);
        var inner = EnvironmentMark.Mark(start);

        inner.Should().NotBe(outer);
        start.Environment[EnvironmentMark.Variable].Should().Be($"{outer}:{inner}");
    }
}
