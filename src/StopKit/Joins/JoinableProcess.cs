using System.Diagnostics;

namespace StopKit;

internal sealed class JoinableProcess(Process process, string name) : Joinable(name)
{
    internal static string NameOf(Process process)
    {
        try
        {
            return process.HasExited ? $"process-{process.Id}" : $"{process.ProcessName}-{process.Id}";
        }
        catch (InvalidOperationException)
        {
            return FileNameOf(process) ?? "process"; // not started, disposed, or gone this moment: Check says what is wrong, if anything
        }
    }

    private static string? FileNameOf(Process process)
    {
        try
        {
            return Path.GetFileName(process.StartInfo.FileName) is { Length: > 0 } name ? name : null;
        }
        catch (InvalidOperationException)
        {
            return null; // another process started it
        }
    }

    internal override void Check()
    {
        if (Id() is not { } id)
            throw Unjoinable("the process was not started, or was disposed.");
        if (id == Environment.ProcessId)
            throw Unjoinable("it is the calling process, which would wait for its own end.");
    }

    // Never without a limit: that form also waits for the end of the output, which a grandchild may hold open.
    internal override bool Wait(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            return process.WaitForExit(timeout);
        while (!process.WaitForExit(Timeouts.Longest))
        {
            // Once in 24 days.
        }

        return true;
    }

    internal override async Task WhenEnded(CancellationToken giveUp)
    {
        if (process.HasExited)
            return;
        // Not WaitForExitAsync, which waits for the end of the output too.
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnExited(object? sender, EventArgs e) => exited.TrySetResult();
        process.EnableRaisingEvents = true;
        process.Exited += OnExited;
        if (!process.HasExited)
            await JoinableTask.WaitAsync(exited.Task, giveUp).ConfigureAwait(false);
        process.Exited -= OnExited;
    }

    internal override IEnumerable<StopReportEntry> Entries()
    {
        if (!process.HasExited)
            return [new StopReportEntry(Name, WorkerOutcome.Abandoned)];
        var code = process.ExitCode;
        return [new StopReportEntry(Name, code == 0 ? WorkerOutcome.Completed : WorkerOutcome.Exited) { ExitCode = code }];
    }

    private protected override Joinable Renamed(string name) => new JoinableProcess(process, name);

    private int? Id()
    {
        try
        {
            _ = process.HasExited; // disposed: this one says so where Id may remember
            return process.Id;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
