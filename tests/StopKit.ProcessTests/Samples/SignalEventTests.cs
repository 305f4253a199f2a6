using System.Runtime.InteropServices;

namespace StopKit.ProcessTests.Samples;

public sealed class SignalEventTests
{
    [Fact(Timeout = SampleRun.Limit)]
    public async Task A_signal_is_an_event_for_the_worker_and_main_ends_after_it()
    {
        await using var program = await SampleProgram.StartAsync("signal-event");
        // It prints nothing before; its thread has the worker's name.
        await Eventually.BecomesTrueAsync(() => ThreadNames(program.Id).Contains("worker"));

        program.Signal(PosixSignal.SIGINT);

        (await program.WaitForExitAsync()).Should().Be(0);
        program.Output.Lines.Should().Equal("Thread done", "Program done");
        program.Errors.Lines.Should().BeEmpty();
    }

    private static IEnumerable<string> ThreadNames(int processId)
    {
        foreach (var task in Directory.GetDirectories($"/proc/{processId}/task"))
        {
            string? name;
            try
            {
                name = File.ReadAllText(Path.Combine(task, "comm")).Trim();
            }
            catch (IOException) // the thread has ended
            {
                continue;
            }

            yield return name;
        }
    }
}
