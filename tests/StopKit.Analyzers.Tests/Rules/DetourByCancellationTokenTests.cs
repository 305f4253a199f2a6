using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class DetourByCancellationTokenTests
{
    [Theory]
    [InlineData("""bool M(StopToken stop) => [|stop.Stopping.IsCancellationRequested|];""")]
    [InlineData("""bool M(StopToken stop) => [|stop.Aborting.IsCancellationRequested|];""")]
    [InlineData("""void M(StopToken stop) => [|stop.Stopping.ThrowIfCancellationRequested()|];""")]
    [InlineData("""void M(StopToken stop) => [|stop.Aborting.ThrowIfCancellationRequested()|];""")]
    [InlineData("""bool M(StopToken stop) => [|((CancellationToken)stop).IsCancellationRequested|];""")]
    [InlineData("""bool M(StopSource source) => [|source.Token.Stopping.IsCancellationRequested|];""")]
    [InlineData("""class W : ThreadWorker { protected override void Run(StopToken stop) { while (![|StopToken.Stopping.IsCancellationRequested|]) { } } }""")]
    public Task Reports(string code) => Check.ReportsAsync<DetourByCancellationToken>(code);

    [Theory]
    [InlineData("the stop token itself", """bool M(StopToken stop) => stop.IsStopRequested;""")]
    [InlineData("a CancellationToken", """bool M(CancellationToken token) => token.IsCancellationRequested;""")]
    [InlineData("the token of a CancellationTokenSource", """bool M(CancellationTokenSource source) => source.Token.IsCancellationRequested;""")]
    [InlineData("a token that is kept in a variable", """bool M(StopToken stop) { var token = stop.Stopping; return token.IsCancellationRequested; }""")]
    [InlineData("a token that is handed on", """Task M(StopToken stop) => Task.Delay(1, stop.Stopping);""")]
    [InlineData("a registration", """void M(StopToken stop) => stop.Stopping.Register(() => { });""")]
    [InlineData("a handle", """bool M(StopToken stop, WaitHandle other) => WaitHandle.WaitAny([stop.Stopping.WaitHandle, other]) == 0;""")]
    [InlineData("another question", """bool M(StopToken stop) => stop.Stopping.CanBeCanceled;""")]
    [InlineData("a property called Stopping of another type", """class O { public CancellationToken Stopping => default; } class C { bool M(O o) => o.Stopping.IsCancellationRequested; }""")]
    [InlineData("a combined token", """bool M(StopToken stop, CancellationToken token) => (stop.CanBeStopped ? stop.Stopping : token).IsCancellationRequested;""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<DetourByCancellationToken>(code);
    }

    [Fact]
    public Task The_fix_asks_the_token_itself_and_keeps_comments() => CheckFix.TurnsAsync<DetourByCancellationToken, DetourByCancellationTokenFix>(
        """
        class C
        {
            bool M(StopToken stop)
            {
                // is it
                if ([|stop.Stopping.IsCancellationRequested|] /* now */ || [|stop.Aborting.IsCancellationRequested|])
                    return [|((CancellationToken)stop).IsCancellationRequested|]; // so
                [|stop.Stopping.ThrowIfCancellationRequested()|]; // else
                [|stop.Aborting.ThrowIfCancellationRequested()|];
                return false;
            }
        }
        """,
        """
        class C
        {
            bool M(StopToken stop)
            {
                // is it
                if (stop.IsStopRequested /* now */ || stop.IsAbortRequested)
                    return stop.IsStopRequested; // so
                stop.ThrowIfStopRequested(); // else
                stop.ThrowIfAbortRequested();
                return false;
            }
        }
        """);
}
