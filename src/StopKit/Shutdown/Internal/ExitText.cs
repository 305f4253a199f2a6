using System.Globalization;

namespace StopKit;

/// <summary>Says on stderr why the exit code is what it is, if it is not 0, and which workers it is about.</summary>
internal static class ExitText
{
    /// <summary>The text for a program whose root has ended; null if the code is 0.</summary>
    internal static string? OfEnded(int code, Worker root, WorkerResult result, ShutdownSignals signals) => result.Outcome switch
    {
        _ when code == ProgramExitCode.Success => null,
        WorkerOutcome.Faulted => Lines(Faults(root, result).Select(SafeText.Lines)),
        WorkerOutcome.Exited => Lines(Exits(root, result).Select(SafeText.Lines)),
        WorkerOutcome.Aborted => Lines([Report(root), Because(code, $"ended only after the abort ({AbortReason(root, signals)})")]),
        _ => Because(code, $"{signals.Source.Reason}"),
    };

    /// <summary>The text for a program that is ended, because it did not end in time.</summary>
    internal static string OfLate(int code, Worker root, ShutdownSignals signals) =>
        Lines([Report(root), Because(code, $"late after the abort ({AbortReason(root, signals)})")]);

    /// <summary>The text for a process that is ended although its program has ended.</summary>
    internal static string OfHeld(int code, Worker root) =>
        Lines(
        [
            "The program has ended, but not its process: a foreground thread or an exit handler holds it.",
            Report(root),
            Because(code, "the process outlived its program"),
        ]);

    /// <summary>The text for a process that a third signal ends.</summary>
    internal static string OfThirdSignal(int code, Worker? root, StopReason signal)
    {
        var why = Because(code, $"ended at once ({signal} a third time)");
        return root is { HasLate: true } ? Lines([Report(root), why]) : why;
    }

    private static string Because(int code, string reason) =>
        string.Create(CultureInfo.InvariantCulture, $"Exit code {code}: {SafeText.Line(reason)}.");

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);

    private static string Report(Worker root) => StopReport.OfProgram(root).ToString();

    // A second signal counts before the source has heard of it. A root that was aborted without a signal has a reason of its own; that of
    // a group is not taken otherwise, because it names what was left of the grace when the group heard of the stop.
    private static StopReason AbortReason(Worker root, ShutdownSignals signals)
    {
        if (ExitCodes.ForcedBy(signals) is { } repeated)
            return StopReason.FromSignal(repeated);
        var ofRoot = root.State == WorkerState.Finished ? root.StopToken.AbortReason : null;
        return signals.Source.AbortReason ?? ofRoot ?? StopReason.Deadline(signals.Options.Grace, "grace");
    }

    /// <summary>
    /// Names each worker that failed, by its path; and the root itself, if it has failed in a way of its own.
    /// </summary>
    private static IEnumerable<string> Faults(Worker root, WorkerResult result)
    {
        var leaves = StopReport.OfProgram(root).Entries
            .Where(static entry => entry is { Outcome: WorkerOutcome.Faulted, Exception: not null }).ToList();
        var all = (result.Exception as AggregateException)?.InnerExceptions.ToList() ?? [result.Exception!];
        var isTold = all.TrueForAll(exception => leaves.Exists(leaf => leaf.Exception == exception));
        var lines = leaves.Select(static leaf => $"{leaf.Path} failed: {leaf.Exception}");
        return isTold ? lines : lines.Append($"{result.Name} failed: {result.Exception}");
    }

    /// <summary>
    /// Names each worker that left with an exit code, by its path, and the root, if it was none of them.
    /// </summary>
    private static IEnumerable<string> Exits(Worker root, WorkerResult result)
    {
        var leaves = StopReport.OfProgram(root).Entries.Where(static entry => entry.Outcome == WorkerOutcome.Exited).ToList();
        return leaves.Count == 0 ? [Exit(result.Name, result.Exception)] : leaves.Select(static leaf => Exit(leaf.Path, leaf.Exception));
    }

    private static string Exit(string path, Exception? exception)
    {
        var exit = exception as ExitException
            ?? (exception as AggregateException)?.Flatten().InnerExceptions.OfType<ExitException>().First();
        var plain = new ExitException(exit!.ExitCode).Message;
        return exit.Message == plain ? $"{path}: {plain}" : $"{path}: {plain}: {exit.Message}";
    }
}
