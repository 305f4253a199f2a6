using System.Diagnostics;

namespace StopKit;

/// <summary>Finds the processes to stop where there is no <c>/proc</c>.</summary>
internal static class PortableSearch
{
    internal static async Task<ProcessStopResult> StopByIdAsync(int processId, ProcessStopOptions options, CancellationToken abort)
    {
        Process process;
        try
        {
            process = Process.GetProcessById(processId);
        }
        catch (ArgumentException) // its way to say that there is none
        {
            return new ProcessStopResult(ProcessStopOutcome.NotFound, processId);
        }

        using (process)
            return await new PortableStop(process, options).RunAsync(abort).ConfigureAwait(false);
    }

    internal static async Task<IReadOnlyList<ProcessStopResult>> StopByNameAsync(string name, ProcessStopOptions options, CancellationToken abort)
    {
        var found = Process.GetProcessesByName(name);
        try
        {
            var stops = found.Where(static process => ProcessStop.MayStop(process.Id))
                .Select(process => Task.Run(() => new PortableStop(process, options).RunAsync(abort), CancellationToken.None)).ToList();
            var results = await Task.WhenAll(stops).ConfigureAwait(false);
            return [.. results.Where(static result => result.Outcome != ProcessStopOutcome.AccessDenied)];
        }
        finally
        {
            foreach (var process in found)
                process.Dispose();
        }
    }
}
