using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class CleanUpWithStoppedTokenTests
{
    [Theory]
    [InlineData("""async Task Run(StopToken stop) { try { } finally { await Task.Delay(1, [|stop|]); } }""")]
    [InlineData("""async Task Run(StopToken stop) { try { } finally { await Task.Delay(1, [|stop.Stopping|]).ConfigureAwait(false); } }""")]
    [InlineData("""async Task Run(CancellationToken token) { try { } finally { await Task.Delay(1, [|token|]); } }""")]
    [InlineData("""async Task Run(StopToken stop) { try { await Task.Delay(1, stop); } catch (OperationCanceledException) { await Task.Delay(1, [|stop|]); } }""")]
    [InlineData("""async Task Run(StopToken stop) { try { await Task.Delay(1, stop); } catch (StopRequestedException) { await Task.Delay(1, [|stop|]); } }""")]
    [InlineData("""async Task Run(StopToken stop) { try { await Task.Delay(1, stop); } catch (OperationCanceledException) when (stop.IsStopRequested) { await Task.Delay(1, [|stop|]); } }""")]
    [InlineData("""void M() => AsyncWorker.Start("w", async stop => { try { } finally { await Task.Delay(1, [|stop|]); } });""")]
    public Task Reports(string code) => Check.ReportsAsync<CleanUpWithStoppedToken>(code);

    [Theory]
    [InlineData("a shielded token", """async Task Run(StopToken stop) { try { } finally { using var shield = stop.Shield(TimeSpan.FromSeconds(1)); await Task.Delay(1, shield.Token); } }""")]
    [InlineData("the token of the abort", """async Task Run(StopToken stop) { try { } finally { await Task.Delay(1, stop.Aborting); } }""")]
    [InlineData("an explicit None", """async Task Run(CancellationToken token) { try { } finally { await Task.Delay(1, CancellationToken.None); } }""")]
    [InlineData("the parameter of StopAsync", """async Task StopAsync(CancellationToken token) { try { } finally { await Task.Delay(1, token); } }""")]
    [InlineData("the parameter of a DisposeAsync", """async Task DisposeAsync(CancellationToken token) { try { } finally { await Task.Delay(1, token); } }""")]
    [InlineData("the shielded parameter of a cleanup", """class W : AsyncWorker { protected override Task RunAsync(StopToken stop) => Task.CompletedTask; protected override async Task CleanUpAsync(StopToken shielded) { try { } finally { await Task.Delay(1, shielded); } } }""")]
    [InlineData("a try block", """async Task Run(StopToken stop) { try { await Task.Delay(1, stop); } finally { } }""")]
    [InlineData("a catch of faults", """async Task Run(StopToken stop) { try { await Task.Delay(1, stop); } catch (IOException) { await Task.Delay(1, stop); } }""")]
    [InlineData("a catch of a limit of time, whose token is another", """async Task Run(CancellationToken token) { using var limit = new CancellationTokenSource(9); try { await Task.Delay(1, limit.Token); } catch (OperationCanceledException) { await Task.Delay(1, token); } }""")]
    [InlineData("a catch whose filter says that it was not this token", """async Task Run(StopToken stop) { try { await Task.Delay(1, stop); } catch (OperationCanceledException) when (!stop.IsStopRequested) { await Task.Delay(1, stop); } }""")]
    [InlineData("a catch whose filter names another source", """async Task Run(CancellationToken token) { using var limit = new CancellationTokenSource(9); try { await Task.Delay(1, token); } catch (OperationCanceledException) when (limit.IsCancellationRequested) { await Task.Delay(1, token); } }""")]
    [InlineData("code that asks first", """async Task Run(StopToken stop) { try { } finally { if (!stop.IsStopRequested) await Task.Delay(1, stop); } }""")]
    [InlineData("a lambda with a token of its own", """void Run(StopToken stop) { try { } finally { Task.Run(async () => { Func<CancellationToken, Task> f = async token => await Task.Delay(1, token); await f(default); }); } }""")]
    [InlineData("a call without a token", """async Task Run(StopToken stop) { try { } finally { await Task.Delay(1); } }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<CleanUpWithStoppedToken>(code);
    }

    [Fact]
    public Task The_fix_shields_the_cleanup_once_and_keeps_comments() => CheckFix.TurnsAsync<CleanUpWithStoppedToken, CleanUpWithStoppedTokenFix>(
        """
        class C
        {
            async Task Run(StopToken stop)
            {
                try
                {
                    await Task.Delay(1, stop);
                }
                catch (StopRequestedException)
                {
                    await Task.Delay(1, [|stop|]); // caught
                }
                finally
                {
                    // put away
                    await Task.Delay(1, [|stop|]); // first
                    await Task.Delay(1, [|stop.Stopping|]); /* second */
                }
            }
        }
        """,
        """
        class C
        {
            async Task Run(StopToken stop)
            {
                try
                {
                    await Task.Delay(1, stop);
                }
                catch (StopRequestedException)
                {
                    using var shield = stop.Shield(TimeSpan.FromSeconds(5));
                    await Task.Delay(1, shield.Token); // caught
                }
                finally
                {
                    using var shield = stop.Shield(TimeSpan.FromSeconds(5));
                    // put away
                    await Task.Delay(1, shield.Token); // first
                    await Task.Delay(1, shield.Token); /* second */
                }
            }
        }
        """);

    [Theory]
    [InlineData("a CancellationToken, which has no shield", """async Task Run(CancellationToken token) { try { } finally { await Task.Delay(1, [|token|]); } }""")]
    public Task The_fix_is_not_offered_for(string what, string code)
    {
        _ = what;
        return CheckFix.IsNotOfferedAsync<CleanUpWithStoppedToken, CleanUpWithStoppedTokenFix>(code);
    }
}
