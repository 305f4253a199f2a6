using StopKit;
using StopKit.Testing;

/// <summary>The same for each framework, which says in its folder what <c>Test</c> and <c>Check</c> are.</summary>
public sealed partial class Tests
{
    [Test]
    public async Task A_correct_worker_passes()
    {
        var report = await StopTest.ExploreAsync(() => new Bank(), (bank, stop) => bank.MoveAsync(stop), Check);
        report.ThrowIfFailed();

        await using var test = new WorkerTest(Worker.OnTasks("mover", stop => new Bank().MoveInHalvesAsync(stop)));
        await test.UntilWaiting();
        test.Advance(TimeSpan.FromMinutes(1));
        await test.UntilEnded();
    }

    // The script expects this one to fail, with the text of the report.
    [Test]
    public async Task A_worker_with_a_fault_fails()
    {
        var report = await StopTest.ExploreAsync(() => new Bank(), (bank, stop) => bank.MoveInHalvesAsync(stop), Check);
        report.ThrowIfFailed();
    }
}
