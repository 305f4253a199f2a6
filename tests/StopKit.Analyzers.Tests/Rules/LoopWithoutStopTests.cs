using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class LoopWithoutStopTests
{
    [Theory]
    [InlineData("""async Task Run(StopToken stop) { [|while|] (true) await Task.Delay(1); }""")]
    [InlineData("""async Task Run(CancellationToken token) { [|while|] (true) await Task.Yield(); }""")]
    [InlineData("""void Run(StopToken stop) { [|for|] (;;) { Work(); } } void Work() { }""")]
    [InlineData("""void Run(StopToken stop) { [|do|] { Work(); } while (true); } void Work() { }""")]
    [InlineData("""void Run(StopToken stop, Queue<int> jobs) { [|while|] (jobs.Count > 0) { Thread.Sleep(10); jobs.TryDequeue(out _); } }""")]
    [InlineData("""async Task Run(StopToken stop, Stream stream) { var buffer = new byte[9]; [|while|] (await stream.ReadAsync(buffer) > 0) { } }""")]
    [InlineData("""async Task Run(CancellationToken token) { [|while|] (true) await Task.Delay(1, CancellationToken.None); }""")]
    [InlineData("""void M() => ThreadWorker.Start("w", stop => { [|while|] (true) Thread.Sleep(1); });""")]
    [InlineData("""void M() { void Local(StopToken stop) { [|while|] (true) Thread.Sleep(1); } Local(default); }""")]
    [InlineData("""async Task Run(StopToken stop) { [|while|] (true) { for (var i = 0; i < 3; i++) await Task.Yield(); } }""")]
    [InlineData("""async Task Run(StopToken stop, int[] items) { foreach (var item in items) { [|while|] (true) { await Task.Yield(); if (item > 0) break; } } }""")]
    [InlineData("""void Run(StopToken stop, Task task) { [|while|] (true) task.Wait(); }""")]
    public Task Reports(string code) => Check.ReportsAsync<LoopWithoutStop>(code);

    [Theory]
    [InlineData("a condition that looks", """void Run(StopToken stop) { while (!stop.IsStopRequested) Thread.Sleep(1); }""")]
    [InlineData("a body that throws", """async Task Run(CancellationToken token) { while (true) { token.ThrowIfCancellationRequested(); await Task.Yield(); } }""")]
    [InlineData("a token that is handed on", """async Task Run(StopToken stop) { while (true) await Task.Delay(1, stop); }""")]
    [InlineData("a linked source", """async Task Run(CancellationToken token) { using var linked = CancellationTokenSource.CreateLinkedTokenSource(token); while (true) await Task.Delay(1, linked.Token); }""")]
    [InlineData("a linked scope in a variable of its own", """async Task Run(StopToken stop) { using var scope = StopSource.LinkedTo(stop); var inner = scope.Token; while (true) await inner.WaitAsync(TimeSpan.FromSeconds(1)); }""")]
    [InlineData("an enumerator that has the token", """async Task Run(IAsyncEnumerable<int> items, CancellationToken token) { await using var each = items.GetAsyncEnumerator(token); while (await each.MoveNextAsync()) { } }""")]
    [InlineData("a flag that a registration sets", """async Task Run(CancellationToken token) { var x = false; using var r = token.Register(() => x = true); while (!x) await Task.Yield(); }""")]
    [InlineData("a field that a callback sets", """volatile int _x; async Task Run(StopToken stop) { using var r = stop.OnStop(_ => _x = 1); while (_x == 0) await Task.Yield(); }""")]
    [InlineData("a completion source that a registration ends", """async Task Run(CancellationToken token) { var t = new TaskCompletionSource(); using var r = token.Register(() => t.TrySetResult()); while (true) { if (await Task.WhenAny(Task.Delay(1), t.Task) == t.Task) return; } }""")]
    [InlineData("a local function that looks", """async Task Run(StopToken stop) { while (Look()) await Task.Yield(); bool Look() => !stop.IsStopRequested; }""")]
    [InlineData("a lambda that looks", """async Task Run(StopToken stop) { Func<bool> look = () => !stop.IsStopRequested; while (look()) await Task.Yield(); }""")]
    [InlineData("an iterator, whose consumer decides", """async IAsyncEnumerable<int> Run([EnumeratorCancellation] CancellationToken token) { while (true) { await Task.Yield(); yield return 1; } }""")]
    [InlineData("foreach", """async Task Run(StopToken stop, int[] items) { foreach (var item in items) await Task.Yield(); }""")]
    [InlineData("await foreach", """async Task Run(StopToken stop, IAsyncEnumerable<int> items) { await foreach (var item in items) { } }""")]
    [InlineData("a lambda without a token", """void Run(StopToken stop) { Task.Run(async () => { while (true) await Task.Yield(); }, stop); }""")]
    [InlineData("a method without a token", """async Task Run() { while (true) await Task.Yield(); }""")]
    [InlineData("a loop that ends by itself and does not wait", """int Run(StopToken stop, int n) { while (n > 1) n /= 2; return n; }""")]
    [InlineData("a compare-exchange", """int _n; void Run(StopToken stop) { while (true) { var n = _n; if (Interlocked.CompareExchange(ref _n, n + 1, n) == n) return; } }""")]
    [InlineData("a token that is called _ to say that it is not used", """void Run(StopToken _) { while (true) Thread.Sleep(1); }""")]
    [InlineData("another token that it looks at", """readonly CancellationTokenSource _closing = new(); async Task Run(CancellationToken token) { while (true) await Task.Delay(1, _closing.Token); }""")]
    [InlineData("a flag by the name of one", """volatile bool _stopped; async Task Run(CancellationToken token) { while (!_stopped) await Task.Yield(); }""")]
    [InlineData("the few rounds of an inner loop whose outer one looks", """async Task Run(StopToken stop) { while (!stop.IsStopRequested) { for (var i = 0; i < 3; i++) await Task.Yield(); } }""")]
    [InlineData("a channel that its registration completes", """async Task Run(CancellationToken token) { var channel = System.Threading.Channels.Channel.CreateUnbounded<int>(); using var r = token.Register(() => channel.Writer.Complete()); while (await channel.Reader.WaitToReadAsync()) { } }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<LoopWithoutStop>(code);
    }

    [Fact]
    public Task The_fix_looks_in_the_condition_and_keeps_comments() => CheckFix.TurnsAsync<LoopWithoutStop, LoopWithoutStopFix>(
        """
        class C
        {
            // all day
            async Task Run(StopToken stop)
            {
                // forever
                [|while|] (true) // really
                {
                    await Task.Yield(); // one
                }
            }

            async Task Run(CancellationToken token, Queue<int> jobs)
            {
                [|while|] (jobs.Count > 0 || jobs.Count < -1)
                    await Task.Yield();
                [|for|] (; ; )
                    await Task.Yield();
            }
        }
        """,
        """
        class C
        {
            // all day
            async Task Run(StopToken stop)
            {
                // forever
                while (!stop.IsStopRequested) // really
                {
                    await Task.Yield(); // one
                }
            }

            async Task Run(CancellationToken token, Queue<int> jobs)
            {
                while (!token.IsCancellationRequested && (jobs.Count > 0 || jobs.Count < -1))
                    await Task.Yield();
                for (; !token.IsCancellationRequested; )
                    await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task The_fix_throws_where_the_function_must_return_a_value() => CheckFix.TurnsAsync<LoopWithoutStop, LoopWithoutStopFix>(
        """
        class C
        {
            async Task<int> Run(StopToken stop)
            {
                [|while|] (true)
                {
                    // one
                    await Task.Yield();
                }
            }

            int Run(CancellationToken token)
            {
                [|do|]
                    Thread.Sleep(1); // a bit
                while (true);
            }
        }
        """,
        """
        class C
        {
            async Task<int> Run(StopToken stop)
            {
                while (true)
                {
                    stop.ThrowIfStopRequested();
                    // one
                    await Task.Yield();
                }
            }

            int Run(CancellationToken token)
            {
                do
                {
                    token.ThrowIfCancellationRequested();
                    Thread.Sleep(1); // a bit
                }
                while (true);
            }
        }
        """);
}
