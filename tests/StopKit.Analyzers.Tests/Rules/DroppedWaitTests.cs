using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class DroppedWaitTests
{
    [Theory]
    [InlineData("""void Run(StopToken stop) { while (true) [|stop.Wait(TimeSpan.FromSeconds(1))|]; }""")]
    [InlineData("""async Task Run(StopToken stop) { while (true) await [|stop.WaitAsync(TimeSpan.FromSeconds(1))|]; }""")]
    [InlineData("""async Task Run(StopToken stop) { for (var i = 0; i < 9; i++) { await [|stop.WaitAsync(TimeSpan.FromSeconds(1))|].ConfigureAwait(false); } }""")]
    [InlineData("""void Run(StopToken stop, int[] items) { foreach (var item in items) { Console.WriteLine(item); _ = [|stop.Wait(TimeSpan.FromSeconds(item))|]; } }""")]
    [InlineData("""void Run(StopToken stop, WaitHandle ready) { while (true) [|stop.Wait(ready, TimeSpan.FromSeconds(1))|]; }""")]
    [InlineData("""readonly StopToken _stop; void Run() { while (true) [|_stop.Wait(TimeSpan.FromSeconds(1))|]; }""")]
    [InlineData("""class W : ThreadWorker { protected override void Run(StopToken stop) => M(); void M() { while (true) [|StopToken.Wait(TimeSpan.FromSeconds(1))|]; } }""")]
    public Task Reports(string code) => Check.ReportsAsync<DroppedWait>(code);

    [Theory]
    [InlineData("a condition that looks", """void Run(StopToken stop) { while (!stop.IsStopRequested) stop.Wait(TimeSpan.FromSeconds(1)); }""")]
    [InlineData("a wait that is the condition", """void Run(StopToken stop) { while (!stop.Wait(TimeSpan.FromSeconds(1))) { } }""")]
    [InlineData("an answer that is used", """void Run(StopToken stop) { while (true) { if (stop.Wait(TimeSpan.FromSeconds(1))) return; } }""")]
    [InlineData("an answer that is kept", """void Run(StopToken stop) { var x = false; while (!x) x = stop.Wait(TimeSpan.FromSeconds(1)); }""")]
    [InlineData("a wait outside of a loop", """void Run(StopToken stop) { stop.Wait(TimeSpan.FromSeconds(1)); }""")]
    [InlineData("a look elsewhere in the loop", """void Run(StopToken stop) { while (true) { stop.Wait(TimeSpan.FromSeconds(1)); if (stop.IsStopRequested) break; } }""")]
    [InlineData("a call in the loop that is given the token", """async Task Run(StopToken stop) { while (true) { await stop.WaitAsync(TimeSpan.FromSeconds(1)); await Task.Delay(1, stop); } }""")]
    [InlineData("the wait without a limit, which has no answer", """void Run(StopToken stop) { while (true) stop.Wait(); }""")]
    [InlineData("a wait for an event of another kind", """void Run(ManualResetEventSlim ready) { while (true) ready.Wait(100); }""")]
    [InlineData("a lambda in a loop", """void Run(StopToken stop) { while (!stop.IsStopRequested) { var thread = new Thread(() => stop.Wait(TimeSpan.FromSeconds(1))); } }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<DroppedWait>(code);
    }

    [Fact]
    public Task The_fix_ends_at_the_stop_and_keeps_comments() => CheckFix.TurnsAsync<DroppedWait, DroppedWaitFix>(
        """
        class C
        {
            void Run(StopToken stop)
            {
                while (true)
                {
                    // a while
                    [|stop.Wait(TimeSpan.FromSeconds(1))|]; // waited
                }
            }

            async Task RunAsync(StopToken stop, WaitHandle ready)
            {
                do
                    await [|stop.WaitAsync(TimeSpan.FromSeconds(1))|].ConfigureAwait(false);
                while (DateTime.Now.Hour > 5);
                while (true)
                {
                    _ = [|stop.Wait(ready, TimeSpan.FromSeconds(1))|];
                }
            }

            async IAsyncEnumerable<int> Count(StopToken stop)
            {
                for (var i = 0; ; i++)
                {
                    yield return i;
                    await [|stop.WaitAsync(TimeSpan.FromSeconds(1))|];
                }
            }
        }
        """,
        """
        class C
        {
            void Run(StopToken stop)
            {
                while (true)
                {
                    // a while
                    if (stop.Wait(TimeSpan.FromSeconds(1)))
                        return; // waited
                }
            }

            async Task RunAsync(StopToken stop, WaitHandle ready)
            {
                do
                    if (await stop.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false))
                        return;
                while (DateTime.Now.Hour > 5);
                while (true)
                {
                    if (stop.Wait(ready, TimeSpan.FromSeconds(1)) == StopWaitResult.StopRequested)
                        return;
                }
            }

            async IAsyncEnumerable<int> Count(StopToken stop)
            {
                for (var i = 0; ; i++)
                {
                    yield return i;
                    if (await stop.WaitAsync(TimeSpan.FromSeconds(1)))
                        yield break;
                }
            }
        }
        """);

    [Theory]
    [InlineData("a function that returns a value", """int Run(StopToken stop) { while (true) [|stop.Wait(TimeSpan.FromSeconds(1))|]; }""")]
    public Task The_fix_is_not_offered_for(string what, string code)
    {
        _ = what;
        return CheckFix.IsNotOfferedAsync<DroppedWait, DroppedWaitFix>(code);
    }
}
