using StopKit.Analyzers.Tests.Support;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests.Rules;

public sealed class CatchAllInLoopTests
{
    [Theory]
    [InlineData("""async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } [|catch|] (Exception e) { Console.WriteLine(e); } } }""")]
    [InlineData("""async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } [|catch|] { } } }""")]
    [InlineData("""void Run(StopToken stop) { for (;;) { try { stop.ThrowIfStopRequested(); } [|catch|] (Exception) { } } }""")]
    [InlineData("""async Task Run(StopToken stop, int[] items) { for (var i = 0; i < 9; i++) { try { await Task.Delay(i, stop.Stopping); } [|catch|] (Exception) { continue; } } }""")]
    [InlineData("""void M() => AsyncWorker.Start("w", async stop => { while (true) { try { await Task.Delay(1, stop); } [|catch|] (Exception) { } } });""")]
    [InlineData("""async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (IOException) { } [|catch|] (Exception) { } } }""")]
    public Task Reports(string code) => Check.ReportsAsync<CatchAllInLoop>(code);

    [Theory]
    [InlineData("a condition that looks", """async Task Run(StopToken stop) { while (!stop.IsStopRequested) { try { await Task.Delay(1, stop); } catch (Exception) { } } }""")]
    [InlineData("a look behind the try", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception) { } if (stop.IsStopRequested) break; } }""")]
    [InlineData("a pause that is given the token in the catch", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception) { await Task.Delay(1, stop); } } }""")]
    [InlineData("each item of a sequence", """async Task Run(StopToken stop, int[] items) { foreach (var item in items) { try { await Task.Delay(item, stop); } catch (Exception) { } } }""")]
    [InlineData("a catch that calls what does not return", """[System.Diagnostics.CodeAnalysis.DoesNotReturn] static void Throw() => throw new IOException(); async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception) { Throw(); } } }""")]
    [InlineData("a filter", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception) when (!stop.IsStopRequested) { } } }""")]
    [InlineData("another catch that takes the stop", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (OperationCanceledException) { return; } catch (Exception) { } } }""")]
    [InlineData("a catch that returns", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception) { return; } } }""")]
    [InlineData("a catch that leaves the loop", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception) { break; } } }""")]
    [InlineData("a catch that throws again", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception) { Console.WriteLine(); throw; } } }""")]
    [InlineData("a catch that throws sometimes", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (Exception e) { if (e is OperationCanceledException) throw; } } }""")]
    [InlineData("code that cannot throw the stop", """void Run(StopToken stop) { while (true) { try { Console.WriteLine(); if (stop.IsStopRequested) return; } catch (Exception) { } } }""")]
    [InlineData("a catch of one kind of fault", """async Task Run(StopToken stop) { while (true) { try { await Task.Delay(1, stop); } catch (IOException) { } } }""")]
    [InlineData("a try outside of a loop", """async Task Run(StopToken stop) { try { while (true) await Task.Delay(1, stop); } catch (Exception) { } }""")]
    [InlineData("a method that only has a CancellationToken", """async Task Run(CancellationToken token) { while (true) { try { await Task.Delay(1, token); } catch (Exception) { } } }""")]
    public Task Stays_silent_about(string what, string code)
    {
        _ = what;
        return Check.ReportsAsync<CatchAllInLoop>(code);
    }

    [Fact]
    public Task The_fix_lets_the_stop_pass_and_keeps_comments() => CheckFix.TurnsAsync<CatchAllInLoop, CatchAllInLoopFix>(
        """
        class C
        {
            async Task Run(StopToken stop)
            {
                while (true)
                {
                    try
                    {
                        await Task.Delay(1, stop);
                    }
                    [|catch|] (Exception e) // any
                    {
                        Console.WriteLine(e); // tell
                    }
                }
            }

            async Task RunAgain(StopToken stop)
            {
                for (; ; )
                {
                    try { await Task.Delay(1, stop); }
                    [|catch|] /* what */
                    {
                    }
                }
            }
        }
        """,
        """
        class C
        {
            async Task Run(StopToken stop)
            {
                while (true)
                {
                    try
                    {
                        await Task.Delay(1, stop);
                    }
                    catch (Exception e) when (!stop.IsStopRequested) // any
                    {
                        Console.WriteLine(e); // tell
                    }
                }
            }

            async Task RunAgain(StopToken stop)
            {
                for (; ; )
                {
                    try { await Task.Delay(1, stop); }
                    catch when (!stop.IsStopRequested) /* what */
                    {
                    }
                }
            }
        }
        """);
}
