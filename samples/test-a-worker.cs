// Proves that a worker stops in time and puts its work away; in a test the last lines are assertions of your test framework.
// Run: dotnet run samples/test-a-worker.cs
#:project ../src/StopKit/StopKit.csproj
using StopKit;

using var hasBegun = new ManualResetEventSlim();
using var poller = new Poller(hasBegun);
poller.Start();
Check(hasBegun.Wait(TimeSpan.FromSeconds(30)), "begins");

WorkerResult result = poller.Stop(grace: TimeSpan.FromSeconds(5)); // a worker that hangs is Abandoned; the test does not hang

Check(result.Outcome == WorkerOutcome.Stopped, $"stops when it is asked, but: {result}");
Check(result.StopLatency < TimeSpan.FromSeconds(1), $"looks at its token often, but: {result.StopLatency}");
Check(poller.IsClean, "puts its work away");
Console.WriteLine("passed");

static void Check(bool isTrue, string what)
{
    if (!isTrue)
        throw new InvalidOperationException($"It should be true that the worker {what}.");
}

internal sealed class Poller(ManualResetEventSlim hasBegun) : ThreadWorker("poller")
{
    public bool IsClean { get; private set; }

    protected override void Run(StopToken stop)
    {
        do
            hasBegun.Set();
        while (!stop.Wait(TimeSpan.FromHours(1))); // the stop ends the wait at once
    }

    protected override void CleanUp(StopToken shielded) => IsClean = true;
}
