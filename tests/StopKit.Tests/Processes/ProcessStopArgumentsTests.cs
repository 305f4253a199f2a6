using System.Diagnostics;

namespace StopKit.Tests.Processes;

/// <summary>What is refused is refused by the call itself, before anything happens.</summary>
public sealed class ProcessStopArgumentsTests
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-15)]
    [InlineData(int.MinValue)]
    public void An_id_that_is_not_one_processs_own_is_refused(int id) =>
        FluentActions.Invoking(() => { _ = ProcessStop.StopByIdAsync(id); }).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("The process id must be more than 1: 0 and negative ids stand for groups of processes*")
            .Which.ActualValue.Should().Be(id);

    [Fact]
    public void The_calling_process_is_refused_by_id_and_as_an_object()
    {
        using var self = Process.GetCurrentProcess();

        FluentActions.Invoking(() => { _ = ProcessStop.StopByIdAsync(Environment.ProcessId); }).Should().Throw<ArgumentException>()
            .WithMessage("The process must not be the calling one*").WithParameterName("processId");
        self.Invoking(p => { _ = p.StopAsync(); }).Should().Throw<ArgumentException>()
            .WithMessage("The process must not be the calling one*").WithParameterName("process");
    }

    [Fact]
    public void The_first_process_is_refused_as_an_object_too()
    {
        using var first = Process.GetProcessById(1);

        first.Invoking(p => { _ = p.StopAsync(); }).Should().Throw<ArgumentOutOfRangeException>().WithMessage("The process id must be more than 1*");
    }

    [Fact]
    public void A_process_that_was_not_started_or_was_disposed_is_refused()
    {
        using var unstarted = new Process();
        var disposed = Process.GetProcessById(1);
        disposed.Dispose();

        foreach (var process in new[] { unstarted, disposed })
        {
            process.Invoking(p => { _ = p.StopAsync(); }).Should().Throw<InvalidOperationException>()
                .WithMessage("The process cannot be stopped: it was not started, or was disposed.");
        }
    }

    [Fact]
    public void A_missing_process_and_a_blank_name_are_refused()
    {
        FluentActions.Invoking(() => { _ = ProcessStop.StopAsync(null!); }).Should().Throw<ArgumentNullException>().WithParameterName("process");
        foreach (var name in new[] { null, "", "  " })
            FluentActions.Invoking(() => { _ = ProcessStop.StopByNameAsync(name!); }).Should().Throw<ArgumentException>().WithParameterName("name");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_token_that_was_cancelled_before_signals_nothing_and_throws()
    {
        using var victim = Process.Start("sleep", "600");

        await FluentActions.Awaiting(() => victim.StopAsync(cancellationToken: Cancelled)).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => ProcessStop.StopByIdAsync(victim.Id, cancellationToken: Cancelled)).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => ProcessStop.StopByNameAsync("no-such-program", cancellationToken: Cancelled)).Should().ThrowAsync<OperationCanceledException>();

        victim.HasExited.Should().BeFalse();
        var result = await victim.StopAsync();
        result.Outcome.Should().Be(ProcessStopOutcome.Exited, "nothing had reached it before");
    }
}
