using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class ExitInsideWorkerTests
{
    [Theory]
    [InlineData("""class C { void M() => ThreadWorker.Start("w", stop => { [|Environment.Exit(1)|]; }); }""")]
    [InlineData("""class C { void M() => AsyncWorker.Start("w", async stop => { await Task.Yield(); [|Environment.Exit(1)|]; }); }""")]
    [InlineData("""class C { int M() => StopApp.Run(stop => [|Environment.Exit(1)|]); }""")]
    [InlineData("""class C { void M(WorkerGroup group) => group.Add("w", (StopToken stop) => [|Environment.Exit(1)|]); }""")]
    [InlineData("""class W : ThreadWorker { protected override void Run(StopToken stop) => [|Environment.Exit(1)|]; }""")]
    [InlineData("""class W : AsyncWorker { protected override async Task RunAsync(StopToken stop) { await Task.Yield(); Leave(); static void Leave() => [|Environment.Exit(1)|]; } }""")]
    [InlineData("""class W() : PeriodicWorker(TimeSpan.Zero) { protected override Task TickAsync(StopToken stop) { [|Environment.Exit(1)|]; return Task.CompletedTask; } }""")]
    [InlineData("""class W() : QueueWorker<int>(1) { protected override Task HandleAsync(int item, StopToken stop) { [|Environment.Exit(item)|]; return Task.CompletedTask; } }""")]
    public Task Reports_it_in_the_body_of_a_worker(string code) => Check.ReportsAsync<ExitInsideWorker>(code);

    [Theory]
    [InlineData("outside of a worker", """class C { void M() => Environment.Exit(1); }""")]
    [InlineData("a method with a token that is not a worker's", """class C { void Run(StopToken stop) => Environment.Exit(1); }""")]
    [InlineData("a callback of the stop", """class C { void M(StopToken stop) => stop.OnStop(_ => Environment.Exit(1)); }""")]
    [InlineData("a lambda inside of the body, which may run anywhere", """class W : ThreadWorker { protected override void Run(StopToken stop) { using var timer = new Timer(_ => Environment.Exit(1)); stop.Wait(); } }""")]
    [InlineData("another method of the worker's class", """class W : ThreadWorker { protected override void Run(StopToken stop) { } public static void Leave() => Environment.Exit(1); }""")]
    [InlineData("another type's Exit", """class W : ThreadWorker { static class Environment { public static void Exit(int code) { } } protected override void Run(StopToken stop) => Environment.Exit(1); }""")]
    [InlineData("another member of Environment", """class W : ThreadWorker { protected override void Run(StopToken stop) => Environment.ExitCode = 1; }""")]
    [InlineData("FailFast, which is meant to stop nothing", """class W : ThreadWorker { protected override void Run(StopToken stop) => Environment.FailFast("broken"); }""")]
    [InlineData("an override in a type that is no worker", """abstract class B { protected abstract void Run(); } class W : B { protected override void Run() => Environment.Exit(1); }""")]
    [InlineData("an ordinary thread", """class C { void M() => new Thread(() => Environment.Exit(1)).Start(); }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<ExitInsideWorker>(code);
    }

    [Fact]
    public Task The_fix_throws_and_keeps_comments() => CheckFix.TurnsAsync<ExitInsideWorker, ExitInsideWorkerFix>(
        """
        class W : ThreadWorker
        {
            protected override void Run(StopToken stop)
            {
                if (stop.CanBeStopped)
                {
                    // gone
                    [|Environment.Exit(/* why */ 2)|]; // at once
                    return; // never
                }

                [|Environment.Exit(3)|];
            }

            protected override void CleanUp(StopToken shielded) => [|Environment.Exit(4)|]; // late
        }
        """,
        """
        class W : ThreadWorker
        {
            protected override void Run(StopToken stop)
            {
                if (stop.CanBeStopped)
                {
                    // gone
                    throw new ExitException(/* why */ 2); // at once
                                                          // never
                }

                throw new ExitException(3);
            }

            protected override void CleanUp(StopToken shielded) => throw new ExitException(4); // late
        }
        """);
}
