using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class ForgottenWorkerTests
{
    [Theory]
    [InlineData("""void M() { [|ThreadWorker.Start("w", stop => stop.Wait())|]; }""")]
    [InlineData("""void M(StopToken stop) { _ = [|AsyncWorker.Start("w", async stop => await Task.Yield(), stop)|]; }""")]
    [InlineData("""void M() { var worker = [|ThreadWorker.Start("w", stop => stop.Wait())|]; Console.WriteLine(worker.Name); }""")]
    [InlineData("""class W : ThreadWorker { protected override void Run(StopToken stop) { } } class C { void M(StopToken stop) { [|new W().Start(stop)|]; } }""")]
    [InlineData("""class W : ThreadWorker { protected override void Run(StopToken stop) { } } class C { void M() { var worker = new W(); [|worker.Start()|]; } }""")]
    [InlineData("""class W : ThreadWorker { protected override void Run(StopToken stop) { } } class C { void M() { var worker = new W(); [|worker.Start()|]; worker.RequestStop(); } }""")]
    [InlineData("""void M() { [|ThreadWorker.Start("w", stop => stop.Wait(), options: new WorkerOptions { Grace = TimeSpan.Zero })|]; }""")]
    [InlineData("""void M() { [|PeriodicWorker.Start("w", TimeSpan.FromSeconds(1), stop => Task.CompletedTask)|]; }""")]
    public Task Reports(string code) => Check.ReportsAsync<ForgottenWorker>(code);

    [Theory]
    [InlineData("using var", """void M() { using var worker = ThreadWorker.Start("w", stop => stop.Wait()); }""")]
    [InlineData("a join", """void M() { var worker = ThreadWorker.Start("w", stop => stop.Wait()); worker.Join(); }""")]
    [InlineData("a join at once", """void M() { ThreadWorker.Start("w", stop => stop.Wait()).Join(); }""")]
    [InlineData("an awaited completion", """async Task M() { var worker = ThreadWorker.Start("w", stop => stop.Wait()); await worker.Completion; }""")]
    [InlineData("a stop", """void M() { var worker = ThreadWorker.Start("w", stop => stop.Wait()); worker.Stop(); }""")]
    [InlineData("a group", """void M(WorkerGroup group) { var worker = ThreadWorker.Start("w", stop => stop.Wait()); group.Add(worker); }""")]
    [InlineData("a field", """Worker? _worker; void M() { _worker = ThreadWorker.Start("w", stop => stop.Wait()); }""")]
    [InlineData("one that is returned", """Worker M() => ThreadWorker.Start("w", stop => stop.Wait());""")]
    [InlineData("one that a lambda captures", """Action M() { var worker = ThreadWorker.Start("w", stop => stop.Wait()); return () => worker.Stop(); }""")]
    [InlineData("a join of many", """void M() { var worker = ThreadWorker.Start("w", stop => stop.Wait()); Join.All(TimeSpan.FromSeconds(1), [worker]); }""")]
    [InlineData("a worker that is not started", """class W : ThreadWorker { protected override void Run(StopToken stop) { } } class C { void M() { var worker = new W(); Console.WriteLine(worker.Name); } }""")]
    [InlineData("a parameter, which belongs to the caller", """class W : ThreadWorker { protected override void Run(StopToken stop) { } } class C { void M(W worker) { worker.Start(); } }""")]
    [InlineData("one that a method made", """class C { Worker Make() => null!; void M() { var worker = Make(); worker.Start(); } }""")]
    [InlineData("a background worker", """void M() { ThreadWorker.Start("w", stop => stop.Wait(), options: new WorkerOptions { IsBackground = true }); }""")]
    [InlineData("options that are not written here", """void M(WorkerOptions options) { ThreadWorker.Start("w", stop => stop.Wait(), options: options); }""")]
    [InlineData("a thread of the system", """void M() { new Thread(() => { }).Start(); }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<ForgottenWorker>(code);
    }

    [Fact]
    public Task The_fix_declares_it_with_using_and_keeps_comments() => CheckFix.TurnsAsync<ForgottenWorker, ForgottenWorkerFix>(
        """
        class W : ThreadWorker { protected override void Run(StopToken stop) { } }

        class C
        {
            void M()
            {
                // starts
                [|ThreadWorker.Start("a", stop => stop.Wait())|]; // runs
                _ = [|ThreadWorker.Start("b", stop => stop.Wait())|];
                var worker = [|ThreadWorker.Start("c", stop => stop.Wait())|]; // too
                Console.WriteLine(worker.Name);
            }

            async Task MAsync()
            {
                await Task.Yield();
                // made
                var worker = new W(); // here
                [|worker.Start()|]; // started
            }
        }
        """,
        """
        class W : ThreadWorker { protected override void Run(StopToken stop) { } }

        class C
        {
            void M()
            {
                // starts
                using var worker2 = ThreadWorker.Start("a", stop => stop.Wait()); // runs
                using var worker3 = ThreadWorker.Start("b", stop => stop.Wait());
                using var worker = ThreadWorker.Start("c", stop => stop.Wait()); // too
                Console.WriteLine(worker.Name);
            }

            async Task MAsync()
            {
                await Task.Yield();
                // made
                await using var worker = new W(); // here
                worker.Start(); // started
            }
        }
        """);

    [Theory]
    [InlineData("a worker that has no variable", """class W : ThreadWorker { protected override void Run(StopToken stop) { } } class C { void M() { [|new W().Start()|]; } }""")]
    public Task The_fix_is_not_offered_for(string what, string code)
    {
        _ = what;
        return CheckFix.IsNotOfferedAsync<ForgottenWorker, ForgottenWorkerFix>(code);
    }
}
