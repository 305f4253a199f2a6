using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class SleepWithoutStopTests
{
    [Theory]
    [InlineData("""void Run(StopToken stop) { [|Thread.Sleep(100)|]; }""")]
    [InlineData("""async Task Run(StopToken stop) { await [|Task.Delay(100)|]; }""")]
    [InlineData("""async Task Run(StopToken stop) { await [|Task.Delay(TimeSpan.FromSeconds(1))|].ConfigureAwait(false); }""")]
    [InlineData("""Task Run(StopToken stop) => [|Task.Delay(100)|];""")]
    [InlineData("""void Run(StopToken stop, ManualResetEvent ready) { [|ready.WaitOne()|]; }""")]
    [InlineData("""bool Run(StopToken stop, WaitHandle ready) => [|ready.WaitOne(TimeSpan.FromSeconds(1))|];""")]
    [InlineData("""void M() => ThreadWorker.Start("w", stop => [|Thread.Sleep(100)|]);""")]
    [InlineData("""void Run(StopToken stop) { while (!stop.IsStopRequested) [|Thread.Sleep(100)|]; }""")]
    [InlineData("""async Task Run(StopToken stop) { await [|Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System)|]; }""")]
    public Task Reports(string code) => Check.ReportsAsync<SleepWithoutStop>(code);

    [Theory]
    [InlineData("a method that only has a CancellationToken", """void Run(CancellationToken token) { Thread.Sleep(100); }""")]
    [InlineData("a method without a token", """async Task Run() { await Task.Delay(100); }""")]
    [InlineData("a token that is handed on", """async Task Run(StopToken stop) { await Task.Delay(100, stop); }""")]
    [InlineData("another token", """async Task Run(StopToken stop) { using var limit = new CancellationTokenSource(); await Task.Delay(100, limit.Token); }""")]
    [InlineData("an explicit None", """async Task Run(StopToken stop) { await Task.Delay(100, CancellationToken.None); }""")]
    [InlineData("a yield of the time slice", """void Run(StopToken stop) { Thread.Sleep(0); }""")]
    [InlineData("a look at a handle", """bool Run(StopToken stop, WaitHandle ready) => ready.WaitOne(0);""")]
    [InlineData("a look at a handle by a time span", """bool Run(StopToken stop, WaitHandle ready) => ready.WaitOne(TimeSpan.Zero);""")]
    [InlineData("a limit of a WhenAny", """async Task Run(StopToken stop, Task task) { await Task.WhenAny(task, Task.Delay(100)); }""")]
    [InlineData("a delay that is kept", """async Task Run(StopToken stop, Task task) { var limit = Task.Delay(100); await Task.WhenAny(task, limit); }""")]
    [InlineData("cleanup in a finally", """void Run(StopToken stop) { try { stop.Wait(); } finally { Thread.Sleep(1); } }""")]
    [InlineData("a catch", """void Run(StopToken stop) { try { stop.ThrowIfStopRequested(); } catch (StopRequestedException) { Thread.Sleep(1); } }""")]
    [InlineData("code behind the stop", """void Run(StopToken stop) { stop.Wait(); Thread.Sleep(1); }""")]
    [InlineData("code behind a loop until the stop", """void Run(StopToken stop) { while (!stop.IsStopRequested) { } Thread.Sleep(1); }""")]
    [InlineData("a branch that has seen the stop", """void Run(StopToken stop) { if (stop.IsStopRequested) { Thread.Sleep(1); } }""")]
    [InlineData("a lambda without a token", """void Run(StopToken stop) { var thread = new Thread(() => Thread.Sleep(1)); }""")]
    [InlineData("a callback of the stop", """void Run(StopToken stop) { stop.OnStop(_ => Thread.Sleep(1)); }""")]
    [InlineData("a Sleep of another type", """static class Thread { public static void Sleep(int ms) { } } void Run(StopToken stop) { Thread.Sleep(1); }""")]
    [InlineData("a handle that the stop sets", """void Run(StopToken stop) { using var ended = new ManualResetEvent(false); using var r = stop.OnStop(_ => ended.Set()); ended.WaitOne(); }""")]
    [InlineData("a handle of the token", """void Run(StopToken stop) { stop.Stopping.WaitHandle.WaitOne(100); }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<SleepWithoutStop>(code);
    }

    [Fact]
    public Task The_fix_waits_on_the_token_and_keeps_comments() => CheckFix.TurnsAsync<SleepWithoutStop, SleepWithoutStopFix>(
        """
        class C
        {
            async Task Run(StopToken stop, AutoResetEvent ready)
            {
                // first
                [|Thread.Sleep(100)|]; // then
                [|Thread.Sleep(TimeSpan.FromSeconds(1))|];
                [|Thread.Sleep(Timeout.Infinite)|];
                await [|Task.Delay(/* long */ 5 * 20)|]; // later
                await [|Task.Delay(TimeSpan.FromSeconds(1))|].ConfigureAwait(false);
                [|ready.WaitOne()|];
                if (![|ready.WaitOne(10)|])
                    await [|Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System)|];
            }

            Task Pause(StopToken stop) => [|Task.Delay(100)|]; // returned
        }
        """,
        """
        class C
        {
            async Task Run(StopToken stop, AutoResetEvent ready)
            {
                // first
                stop.Wait(TimeSpan.FromMilliseconds(100)); // then
                stop.Wait(TimeSpan.FromSeconds(1));
                stop.Wait(Timeout.InfiniteTimeSpan);
                await stop.WaitAsync(/* long */ TimeSpan.FromMilliseconds(5 * 20)); // later
                await stop.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                stop.Wait(ready, Timeout.InfiniteTimeSpan);
                if (!(stop.Wait(ready, TimeSpan.FromMilliseconds(10)) == StopWaitResult.Signaled))
                    await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop);
            }

            Task Pause(StopToken stop) => Task.Delay(100, stop); // returned
        }
        """);

    [Theory]
    [InlineData("a wait that leaves a context, which a stop token does not", """void Run(StopToken stop, WaitHandle ready) { [|ready.WaitOne(100, true)|]; }""")]
    public Task The_fix_is_not_offered_for(string what, string code)
    {
        _ = what;
        return CheckFix.IsNotOfferedAsync<SleepWithoutStop, SleepWithoutStopFix>(code);
    }
}
