using System.Diagnostics;
using System.Text;
using Microsoft.CodeAnalysis;
using StopKit.Analyzers.Tests.Support;

namespace StopKit.Analyzers.Tests;

/// <summary>Code as editors see it: half written, of every form, huge. No rule fails, none hangs.</summary>
public sealed class RobustnessTests
{
    // Code that the rules look at. None of it runs, so no test sleeps.
    private const string Everything =
        """
        using System.Runtime.CompilerServices;
        class Everything : ThreadWorker
        {
            private readonly StopSource _scope = StopSource.LinkedTo(StopToken.None);
            private static readonly Action<StopToken> Field = stop => { while (true) Thread.Sleep(1); };
            public bool Property { get => StopToken.Stopping.IsCancellationRequested; init { while (value) { Thread.Sleep(1); } } }
            public bool this[StopToken stop] => stop.Wait(TimeSpan.Zero);
            public static implicit operator Everything(StopToken stop) { while (true) { Thread.Sleep(1); } }
            public event Action Changed { add { while (true) Task.Delay(1).Wait(); } remove { } }
            ~Everything() { using var scope = _scope; }
            protected override void Run(StopToken stop) => Environment.Exit(stop.Wait(TimeSpan.Zero) ? 1 : 0);
            async IAsyncEnumerable<int> Iterate([EnumeratorCancellation] CancellationToken token = default)
            {
                await using var scope = new Everything();
                while (true) { try { await Task.Delay(1, token); } finally { await Task.Delay(1, token); } yield return 1; }
            }
            void Jump(StopToken stop, int way)
            {
                again:
                for (; ; )
                {
                    switch (way) { case 1: goto again; case 2: goto case 1; default: goto done; }
                }
                done:
                while (true) { if (way > 1) goto again; Thread.Sleep(1); }
            }
            partial class Inner { partial void Part(StopToken stop); }
            partial class Inner { partial void Part(StopToken stop) { for (; ; ) Thread.Sleep(1); } }
            void Branches(StopToken stop)
            {
        #if NEVER
                while (true) { Thread.Sleep(1);
        #else
                while (true) { stop.Wait(TimeSpan.Zero);
        #endif
                }
        #pragma warning disable SK0001
        #region all
        #line 200 "other.cs"
            }
        #line default
        #endregion
            unsafe void Pointers(StopToken stop, StopToken* other) { while ((*other).IsStopRequested) { fixed (char* c = "a") { Thread.Sleep(*c); } } }
            void Locals(StopToken stop)
            {
                Recurse(stop);
                void Recurse(StopToken inner) { while (true) { Recurse(inner); Thread.Sleep(1); void Deeper() => Recurse(stop); Deeper(); } }
                (Worker a, var b) = (ThreadWorker.Start("a", static s => s.Wait()), StopSource.LinkedTo(stop));
                var c = stop.IsStopRequested ? StopSource.LinkedTo(stop) : b ?? StopSource.LinkedTo(stop);
                _ = c?.Token.Stopping.IsCancellationRequested;
                System.Linq.Expressions.Expression<Func<bool>> tree = () => stop.Stopping.IsCancellationRequested;
                var query = from x in new[] { stop } where x.Stopping.IsCancellationRequested select x.Shield(TimeSpan.Zero);
                lock (query) { checked { stop.OnStop(null!); stop.OnStop(default(Action<StopReason>)!); } }
            }
            async void Awaits(StopToken stop)
            {
                await foreach (var x in Iterate(stop)) await Task.Delay(x);
                try { } catch (Exception e) when (e is StopRequestedException { Stage: StopStage.Aborting }) { await Task.Delay(1, stop); }
                try { } catch { while (true) { try { await Task.Delay(1, stop); } catch { } } }
                dynamic d = stop; d.Wait(); await d.WaitAsync(1);
                Task.Delay(1).GetAwaiter().GetResult();
            }
        }
        record R(StopToken Stop) { public void M() { while (true) { Stop.Wait(TimeSpan.Zero); } } }
        file interface I { void M(StopToken stop) { while (true) Thread.Sleep(1); } static abstract void S(StopToken stop); }
        """;

    [Fact]
    public async Task Code_of_every_form_is_taken()
    {
        (await Check.RunAsync(TestProject.With(Everything), AllRules.Create())).Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_program_of_top_level_statements_is_taken_and_its_bodies_are_seen()
    {
        var program = TestProject.With(
            """
            using var source = new StopSource();
            var linked = StopSource.LinkedTo(source.Token);
            ThreadWorker.Start("w", stop => { while (true) Thread.Sleep(1); });
            while (true) source.Token.Wait(TimeSpan.Zero);
            await Task.Delay(args.Length);
            return Helper(source.Token);
            static int Helper(StopToken stop) { for (; ; ) Thread.Sleep(1); }
            """);

        var found = await Check.RunAsync(program.WithOptions(program.Options.WithOutputKind(OutputKind.ConsoleApplication)), AllRules.Create());

        found.Select(static diagnostic => diagnostic.Id).Distinct().Should().BeEquivalentTo("SK0001", "SK0002", "SK0005", "SK0007", "SK0010");
    }

    [Fact]
    public async Task Half_written_code_is_taken_wherever_it_breaks_off()
    {
        for (var length = 0; length < Everything.Length; length += 293)
            await Check.RunAsync(TestProject.With(Everything[..length]), AllRules.Create());
    }

    [Fact]
    public async Task Code_with_pieces_missing_is_taken()
    {
        for (var start = 0; start < Everything.Length - 60; start += 397)
            await Check.RunAsync(TestProject.With(Everything.Remove(start, 60)), AllRules.Create());
    }

    [Fact]
    public async Task A_project_without_the_platform_is_taken()
    {
        await Check.RunAsync(TestProject.WithoutReferences(Everything), AllRules.Create());
    }

    [Fact]
    public async Task The_cost_of_the_rules_does_not_grow_faster_than_a_method()
    {
        await TimeOfLoopsAsync(500); // compiles the rules
        var ofFew = await TimeOfLoopsAsync(500);

        var ofMany = await TimeOfLoopsAsync(5_000);

        // Ten times the code. A rule that read the method again for each loop took a hundred times as long.
        ofMany.Should().BeLessThan(40 * ofFew);
    }

    private static async Task<TimeSpan> TimeOfLoopsAsync(int count)
    {
        var code = new StringBuilder("class C { async Task Run(StopToken stop, int n, Queue<int> jobs) {\n");
        for (var line = 0; line < count; line++)
        {
            code.Append(
                $$"""
                var linked{{line}} = jobs.Count > n ? jobs.Peek() : {{line}};
                while (jobs.Count > linked{{line}} && n != {{line}}) {
                    try { await Task.Yield(); n += linked{{line}}; } catch (InvalidOperationException) { }
                    if (n == 7) { Console.WriteLine(n); }
                }

                """);
        }

        code.Append("await Task.Delay(n, stop); } }");
        var watch = Stopwatch.StartNew();

        var found = await Check.RunAsync(TestProject.With(code.ToString()), AllRules.Create());

        found.Should().HaveCount(count).And.OnlyContain(static diagnostic => diagnostic.Id == "SK0001");
        return watch.Elapsed;
    }

    [Fact]
    public async Task An_expression_of_many_parts_and_blocks_in_blocks_are_taken()
    {
        var sum = string.Join(" + ", Enumerable.Repeat("stop.GetHashCode()", 400));
        var blocks = string.Concat(Enumerable.Repeat("while (n > 0) { ", 60)) + "await Task.Yield();" + new string('}', 60);

        await Check.RunAsync(TestProject.With($"class C {{ async Task<int> Run(StopToken stop, int n) {{ {blocks} return {sum}; }} }}"), AllRules.Create());
    }
}
