using System.Diagnostics;

namespace StopKit;

/// <summary>Stops processes by id and name where there is no <c>/proc</c>.</summary>
internal static class PortableSearch
{
    internal static Task<ProcessStopResult> StopByIdAsync(int processId, ProcessStopOptions options, CancellationToken abort)
    {
        Process process;
        try
        {
            process = Process.GetProcessById(processId);
        }
        catch (ArgumentException) // its way to say that there is none
        {
            return Task.FromResult(new ProcessStopResult(ProcessStopOutcome.NotFound, processId));
        }

        return StopAsync(process, options, abort);
    }

    internal static async Task<IReadOnlyList<ProcessStopResult>> StopByNameAsync(string name, ProcessStopOptions options, CancellationToken abort)
    {
        var stops = new List<Task<ProcessStopResult>>();
        foreach (var process in Process.GetProcessesByName(name))
        {
            if (ProcessStop.MayStop(process.Id))
                stops.Add(StopAsync(process, options, abort));
            else
                process.Dispose();
        }

        var results = await Task.WhenAll(stops).ConfigureAwait(false);
        return [.. results.Where(static result => result.Outcome != ProcessStopOutcome.AccessDenied)];
    }

    private static Task<ProcessStopResult> StopAsync(Process process, ProcessStopOptions options, CancellationToken abort) =>
        OwnThread.RunAsync($"stop {process.Id}", () =>
        {
            using (process)
                return StopRun.Run(new PortableTarget(process, owned: null, options.EntireTree), options, abort);
        });
}
