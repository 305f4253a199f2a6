using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class AsyncVoidBodyTests
{
    [Theory]
    [InlineData("""void M() => ThreadWorker.Start("w", [|async|] stop => await Task.Yield());""")]
    [InlineData("""void M() => ThreadWorker.Start("w", [|async|] (StopToken stop) => { await Task.Yield(); });""")]
    [InlineData("""void M() => ThreadWorker.Start("w", [|Body|]); async void Body(StopToken stop) => await Task.Yield();""")]
    [InlineData("""void M(StopToken stop) => stop.OnStop([|async|] reason => await Task.Yield());""")]
    [InlineData("""void M(StopToken stop) => stop.OnAbort([|async|] (state, reason) => await Task.Yield(), null);""")]
    [InlineData("""void M() => StopApp.Run([|async|] stop => await Task.Yield());""")]
    [InlineData("""void M(StopToken stop) => stop.OnStop([|async|] delegate (StopReason reason) { await Task.Yield(); });""")]
    public Task Reports(string code) => Check.ReportsAsync<AsyncVoidBody>(code);

    [Theory]
    [InlineData("an AsyncWorker", """void M() => AsyncWorker.Start("w", async stop => await Task.Yield());""")]
    [InlineData("a body that is not async", """void M() => ThreadWorker.Start("w", stop => stop.Wait());""")]
    [InlineData("a callback that is not async", """void M(StopToken stop) => stop.OnStop(reason => Console.WriteLine(reason));""")]
    [InlineData("StopApp.RunAsync", """Task M() => StopApp.RunAsync(async stop => await Task.Yield());""")]
    [InlineData("a group, which takes both", """void M(WorkerGroup group) => group.Add("w", async stop => await Task.Yield());""")]
    [InlineData("an async lambda inside of a body", """void M() => ThreadWorker.Start("w", stop => { Func<Task> inner = async () => await Task.Yield(); inner(); });""")]
    [InlineData("another library that takes an Action", """void M() { Take(async () => await Task.Yield()); } static void Take(Action action) => action();""")]
    [InlineData("a method that returns a task", """void M() => AsyncWorker.Start("w", Body); async Task Body(StopToken stop) => await Task.Yield();""")]
    [InlineData("a handler of an event", """void M() => AppDomain.CurrentDomain.ProcessExit += async (_, _) => await Task.Yield();""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<AsyncVoidBody>(code);
    }

    [Fact]
    public Task The_fix_starts_tasks_and_keeps_comments() => CheckFix.TurnsAsync<AsyncVoidBody, AsyncVoidBodyFix>(
        """
        class C
        {
            async Task M()
            {
                // one
                using var worker = ThreadWorker.Start("w", [|async|] stop => await Task.Yield()); // of them
                _ = StopKit.ThreadWorker.Start("w", [|async|] stop =>
                {
                    // inside
                    await Task.Yield();
                });
                StopApp.Run([|async|] stop => await Task.Yield()); // the rest
                var code = StopApp.Run([|async|] stop => await Task.Yield());
            }
        }
        """,
        """
        class C
        {
            async Task M()
            {
                // one
                using var worker = AsyncWorker.Start("w", async stop => await Task.Yield()); // of them
                _ = StopKit.AsyncWorker.Start("w", async stop =>
                {
                    // inside
                    await Task.Yield();
                });
                await StopApp.RunAsync(async stop => await Task.Yield()); // the rest
                var code = await StopApp.RunAsync(async stop => await Task.Yield());
            }
        }
        """);

    [Theory]
    [InlineData("a callback, which has no other overload", """void M(StopToken stop) => stop.OnStop([|async|] reason => await Task.Yield());""")]
    [InlineData("a variable of the other type", """void M() { ThreadWorker w = ThreadWorker.Start("w", [|async|] stop => await Task.Yield()); w.Dispose(); }""")]
    [InlineData("a function that cannot await", """int M() => StopApp.Run([|async|] stop => await Task.Yield());""")]
    public Task The_fix_is_not_offered_for(string what, string code)
    {
        _ = what;
        return CheckFix.IsNotOfferedAsync<AsyncVoidBody, AsyncVoidBodyFix>(code);
    }
}
