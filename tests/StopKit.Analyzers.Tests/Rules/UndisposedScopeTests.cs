using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class UndisposedScopeTests
{
    [Theory]
    [InlineData("""void M(StopToken stop) { var linked = [|StopSource.LinkedTo(stop)|]; linked.StopAfter(TimeSpan.FromSeconds(1)); }""")]
    [InlineData("""void M(CancellationToken token) { var linked = [|StopSource.LinkedTo(token)|]; Use(linked.Token); } void Use(StopToken stop) { }""")]
    [InlineData("""async Task M(StopToken stop) { var shield = [|stop.Shield(TimeSpan.FromSeconds(1))|]; await Task.Delay(1, shield.Token); }""")]
    [InlineData("""async Task M(StopToken stop) { await Task.Delay(1, [|stop.Shield(TimeSpan.FromSeconds(1))|].Token); }""")]
    [InlineData("""void M(StopToken stop) { [|StopSource.LinkedTo(stop)|].RequestStop(); }""")]
    [InlineData("""void M(StopToken stop) { [|stop.Shield(TimeSpan.FromSeconds(1))|]; }""")]
    [InlineData("""void M(StopToken a, StopToken b) { var linked = [|StopSource.LinkedTo([a, b])|]; Console.WriteLine(linked.Token.Stage); }""")]
    public Task Reports(string code) => Check.ReportsAsync<UndisposedScope>(code);

    [Theory]
    [InlineData("using var", """void M(StopToken stop) { using var linked = StopSource.LinkedTo(stop); }""")]
    [InlineData("a using statement", """void M(StopToken stop) { using (var linked = StopSource.LinkedTo(stop)) { } }""")]
    [InlineData("a using statement without a variable", """void M(StopToken stop) { using (stop.Shield(TimeSpan.FromSeconds(1))) { } }""")]
    [InlineData("a later using", """void M(StopToken stop) { var linked = StopSource.LinkedTo(stop); using (linked) { } }""")]
    [InlineData("a call of Dispose", """void M(StopToken stop) { var linked = StopSource.LinkedTo(stop); try { } finally { linked.Dispose(); } }""")]
    [InlineData("one that is returned", """StopSource M(StopToken stop) { var linked = StopSource.LinkedTo(stop); return linked; }""")]
    [InlineData("one that is returned at once", """StopSource M(StopToken stop) => stop.Shield(TimeSpan.FromSeconds(1));""")]
    [InlineData("a field", """StopSource? _linked; void M(StopToken stop) { _linked = StopSource.LinkedTo(stop); }""")]
    [InlineData("a local that goes to a field", """StopSource? _linked; void M(StopToken stop) { var linked = StopSource.LinkedTo(stop); _linked = linked; }""")]
    [InlineData("one that is handed to another method", """void M(StopToken stop) { var linked = StopSource.LinkedTo(stop); Take(linked); } void Take(StopSource source) => source.Dispose();""")]
    [InlineData("one that a lambda captures", """Action M(StopToken stop) { var linked = StopSource.LinkedTo(stop); return () => linked.RequestStop(); }""")]
    [InlineData("one in a collection", """void M(StopToken stop, List<StopSource> all) { all.Add(StopSource.LinkedTo(stop)); }""")]
    [InlineData("a source without a parent", """void M() { var source = new StopSource(); source.RequestStop(); }""")]
    [InlineData("a conditional access", """void M(StopToken stop) { var linked = StopSource.LinkedTo(stop); linked?.Dispose(); }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<UndisposedScope>(code);
    }

    [Fact]
    public Task The_fix_declares_it_with_using_and_keeps_comments() => CheckFix.TurnsAsync<UndisposedScope, UndisposedScopeFix>(
        """
        class C
        {
            async Task M(StopToken stop)
            {
                // below
                var linked = [|StopSource.LinkedTo(stop)|]; // of us
                linked.StopAfter(TimeSpan.FromSeconds(1));
                // put away
                await Task.Delay(1, [|stop.Shield(TimeSpan.FromSeconds(1))|].Token); // soon
            }
        }
        """,
        """
        class C
        {
            async Task M(StopToken stop)
            {
                // below
                using var linked = StopSource.LinkedTo(stop); // of us
                linked.StopAfter(TimeSpan.FromSeconds(1));
                // put away
                using var shield = stop.Shield(TimeSpan.FromSeconds(1));
                await Task.Delay(1, shield.Token); // soon
            }
        }
        """);

    [Theory]
    [InlineData("an expression body", """Task M(StopToken stop) => Task.Delay(1, [|stop.Shield(TimeSpan.FromSeconds(1))|].Token);""")]
    [InlineData("one that may not be made", """void M(StopToken stop, bool x) { Console.WriteLine(x && [|StopSource.LinkedTo(stop)|].IsStopRequested); }""")]
    public Task The_fix_is_not_offered_for(string what, string code)
    {
        _ = what;
        return CheckFix.IsNotOfferedAsync<UndisposedScope, UndisposedScopeFix>(code);
    }
}
