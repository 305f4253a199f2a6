using StopKit.Analyzers.Tests.Support;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class BlockingCallbackTests
{
    [Theory]
    [InlineData("""void M(StopToken stop, Thread thread) => stop.OnStop(_ => [|thread.Join()|]);""")]
    [InlineData("""void M(StopToken stop, Task task) => stop.OnStop(_ => [|task.Wait()|]);""")]
    [InlineData("""void M(StopToken stop, Task<int> task) => stop.OnAbort(_ => Console.WriteLine([|task.Result|]));""")]
    [InlineData("""void M(StopToken stop) => stop.OnStop(_ => { [|Thread.Sleep(100)|]; });""")]
    [InlineData("""void M(StopToken stop, Task task) => stop.OnStop(_ => [|task.GetAwaiter().GetResult()|]);""")]
    [InlineData("""void M(StopToken stop, Worker worker) => stop.OnStop((state, _) => [|worker.Stop()|], null);""")]
    [InlineData("""void M(StopToken stop, WaitHandle ready) => stop.OnStop(delegate { [|ready.WaitOne()|]; });""")]
    [InlineData("""void M(StopToken stop, SemaphoreSlim gate) => stop.OnStop(_ => { if (gate.CurrentCount == 0) [|gate.Wait()|]; });""")]
    public Task Reports(string code) => Check.ReportsAsync<BlockingCallback>(code);

    [Theory]
    [InlineData("a callback that only sets something", """void M(StopToken stop, ManualResetEventSlim ended) => stop.OnStop(_ => ended.Set());""")]
    [InlineData("a look that waits no time", """void M(StopToken stop, SemaphoreSlim gate) => stop.OnStop(_ => { if (gate.Wait(0)) gate.Release(); });""")]
    [InlineData("a join that waits no time", """void M(StopToken stop, Thread thread) => stop.OnStop(_ => Console.WriteLine(thread.Join(TimeSpan.Zero)));""")]
    [InlineData("a task that is known to be completed", """void M(StopToken stop, Task<int> task) => stop.OnStop(_ => { if (task.IsCompleted) Console.WriteLine(task.Result); });""")]
    [InlineData("a request to another worker", """void M(StopToken stop, Worker worker) => stop.OnStop(reason => worker.RequestStop(reason));""")]
    [InlineData("work that it hands to the pool", """void M(StopToken stop, Thread thread) => stop.OnStop(_ => Task.Run(() => thread.Join()));""")]
    [InlineData("a lock", """void M(StopToken stop, object gate) => stop.OnStop(_ => { lock (gate) { } });""")]
    [InlineData("code outside of the callback", """void M(StopToken stop, Thread thread) { stop.OnStop(_ => { }); thread.Join(); }""")]
    [InlineData("a callback of a CancellationToken", """void M(CancellationToken token, Thread thread) => token.Register(() => thread.Join());""")]
    [InlineData("a Join of another type", """void M(StopToken stop, string[] names) => stop.OnStop(_ => Console.WriteLine(string.Join(",", names)));""")]
    [InlineData("a Result of another type", """class R { public int Result => 1; } class C { void M(StopToken stop, R r) => stop.OnStop(_ => Console.WriteLine(r.Result)); }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<BlockingCallback>(code);
    }
}
