using System.Globalization;
using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Groups;

/// <summary>What waiting for an unwilling member costs.</summary>
public sealed class GroupCostTests
{
    [Fact(Timeout = 120_000)]
    public async Task Waiting_for_an_unwilling_member_costs_less_than_a_hundredth_of_a_core()
    {
        await using var child = ChildProcess.StartTestChild("unwilling-member");

        (await child.WaitForExitAsync()).Should().Be(0, "it says {0}", string.Join('\n', child.Errors.Lines));
        double.Parse(child.Output.Lines.Single(), CultureInfo.InvariantCulture).Should().BeInRange(1e-9, 0.01);
    }
}
