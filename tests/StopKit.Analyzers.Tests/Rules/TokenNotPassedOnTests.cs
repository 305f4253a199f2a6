using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class TokenNotPassedOnTests
{
    [Theory]
    [InlineData("""static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; Task Run(StopToken stop) => [|Call()|];""")]
    [InlineData("""static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; async Task Run(StopToken stop) { await [|Call(1)|]; }""")]
    [InlineData("""static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; async Task Run(StopToken stop) { await [|Ask()|]; }""")]
    [InlineData("""async Task Run(StopToken stop, QueueWorker<int> queue) { await [|queue.PostAsync(1)|]; }""")]
    [InlineData("""async Task Run(StopToken stop, StopEvent ready) { await [|ready.WaitAsync()|]; }""")]
    [InlineData("""async Task Run(StopToken stop) { await [|File.ReadAllTextAsync("a")|]; }""")]
    [InlineData("""void M() => AsyncWorker.Start("w", async stop => await [|File.ReadAllTextAsync("a")|]);""")]
    [InlineData("""static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; async Task Run(StopToken stop) { while (!stop.IsStopRequested) await [|Call()|]; }""")]
    public Task Reports(string code) => Check.ReportsAsync<TokenNotPassedOn>(code);

    [Theory]
    [InlineData("one that is given", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; Task Run(StopToken stop) => Call(1, stop);""")]
    [InlineData("an explicit None", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; Task Run(StopToken stop) => Call(1, CancellationToken.None);""")]
    [InlineData("an explicit default", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; Task Run(StopToken stop) => Ask(default);""")]
    [InlineData("another token", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; Task Run(StopToken stop, CancellationToken token) => Call(token: token);""")]
    [InlineData("a method that only has a CancellationToken", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; Task Run(CancellationToken token) => Call();""")]
    [InlineData("a callee without a token", """static Task Plain() => Task.CompletedTask; Task Run(StopToken stop) => Plain();""")]
    [InlineData("another overload with a token", """static Task Two() => Task.CompletedTask; static Task Two(CancellationToken token) => Task.CompletedTask; Task Run(StopToken stop) => Two();""")]
    [InlineData("a callee that stops something", """static Task StopAsync(CancellationToken token = default) => Task.CompletedTask; Task Run(StopToken stop) => StopAsync();""")]
    [InlineData("cleanup in a finally", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; async Task Run(StopToken stop) { try { } finally { await Call(); } }""")]
    [InlineData("cleanup behind the stop", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; async Task Run(StopToken stop) { stop.Wait(); await Call(); }""")]
    [InlineData("a branch that has seen the stop", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; async Task Run(StopToken stop) { if (stop.IsStopRequested) await Call(); }""")]
    [InlineData("a lambda without a token", """static Task Call(int a = 0, CancellationToken token = default) => Task.CompletedTask; static Task Ask(StopToken stop = default) => Task.CompletedTask; void Run(StopToken stop) => Task.Run(() => Call());""")]
    [InlineData("a sequence that is given it by WithCancellation", """static async IAsyncEnumerable<int> Count([EnumeratorCancellation] CancellationToken token = default) { await Task.Yield(); yield return 1; } async Task Run(StopToken stop) { await foreach (var i in Count().WithCancellation(stop)) { } }""")]
    [InlineData("a second token of the same call", """static Task Pair(StopToken stop, CancellationToken token = default) => Task.CompletedTask; Task Run(StopToken stop) => Pair(stop);""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<TokenNotPassedOn>(code);
    }

    [Fact]
    public Task The_fix_passes_it_on_and_keeps_comments() => CheckFix.TurnsAsync<TokenNotPassedOn, TokenNotPassedOnFix>(
        """
        class C
        {
            static Task Call(int a = 0, int b = 0, CancellationToken token = default) => Task.CompletedTask;

            async Task Run(StopToken stop, StopEvent ready)
            {
                // reads
                await [|File.ReadAllTextAsync("a" /* file */)|]; // all
                await [|Call(1)|];
                await [|Call(1, 2)|].ConfigureAwait(false);
                await [|Call(b: 2)|];
                await [|ready.WaitAsync()|];
                await [|ready.WaitAsync(TimeSpan.FromSeconds(1))|];
            }
        }
        """,
        """
        class C
        {
            static Task Call(int a = 0, int b = 0, CancellationToken token = default) => Task.CompletedTask;

            async Task Run(StopToken stop, StopEvent ready)
            {
                // reads
                await File.ReadAllTextAsync("a" /* file */, stop); // all
                await Call(1, token: stop);
                await Call(1, 2, stop).ConfigureAwait(false);
                await Call(b: 2, token: stop);
                await ready.WaitAsync(stop);
                await ready.WaitAsync(TimeSpan.FromSeconds(1), stop);
            }
        }
        """);
}
