using System.Runtime.InteropServices;
using StopKit;
using StopKit.Testing;

namespace Importer.Tests;

/// <summary>Proves that a worker stops well: at every point, on a clock that the test moves, and as a program.</summary>
public sealed class ImporterTests
{
    private static readonly string[] Orders = ["apples 3", "pears 2", "plums 12"];

    [Fact]
    public async Task The_importer_may_be_stopped_at_any_point()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new Ledger(),
            worker: ledger => new OrderImporter(ledger, Orders),
            check: (ledger, result) => Assert.Equal(100, ledger.Stock + ledger.Sold),
            new StopTestOptions { MaxRuns = 50 }); // it never ends by itself: its first rounds are enough

        report.ThrowIfFailed();
    }

    [Fact]
    public async Task A_fault_in_a_branch_that_few_orders_take_is_found()
    {
        var report = await StopTest.ExploreAsync(
            arrange: () => new Ledger(),
            worker: ledger => new HastyImporter(ledger, Orders),
            check: (ledger, result) => Assert.Equal(100, ledger.Stock + ledger.Sold));

        Assert.StartsWith("stopped at look 4 of 4 (Book, OrderImporter.cs:46): ", report.Failure);
        Assert.EndsWith("Replay: StopTest.AtLookAsync(4, …)", report.Failure);
    }

    [Fact]
    public async Task The_importer_books_again_after_a_minute()
    {
        var importer = new OrderImporter(new Ledger(), Orders);
        await using var test = new WorkerTest(importer);

        await test.UntilWaiting(); // in the pause of the large order
        test.Advance(TimeSpan.FromSeconds(1));
        await test.UntilWaiting();
        Assert.Equal(1, importer.Rounds);

        test.Advance(TimeSpan.FromSeconds(61));
        await test.UntilWaiting();
        Assert.Equal(2, importer.Rounds);

        var result = await test.StopAsync();
        Assert.Equal(WorkerOutcome.Stopped, result.Outcome);
    }

    [Fact]
    public async Task The_program_stops_at_SIGTERM_and_leaves_nothing_behind()
    {
        await using var run = await ProgramTest.StartAsync("Importer.dll");
        await run.UntilLine("ready");

        run.Signal(PosixSignal.SIGTERM);

        await run.ShouldExitAsync(0, within: TimeSpan.FromSeconds(60));
    }
}
