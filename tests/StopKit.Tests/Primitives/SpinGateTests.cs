namespace StopKit.Tests.Primitives;

public sealed class SpinGateTests
{
    private SpinGate _gate;

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_interrupt_passes_the_gate_and_ends_the_wait_that_comes_after_it()
    {
        var order = new Journal();
        _gate.Enter();
        var contender = BlockedThread<bool>.Start(() =>
        {
            Thread.CurrentThread.Interrupt();
            _gate.Enter();
            order.Add("entered");
            _gate.Exit();
            return new StopEvent().Wait(Timeout.InfiniteTimeSpan);
        });

        order.Add("left");
        _gate.Exit();

        FluentActions.Invoking(() => contender.Result).Should().Throw<ThreadInterruptedException>();
        order.Entries.Should().Equal("left", "entered");
        await Task.CompletedTask;
    }
}
