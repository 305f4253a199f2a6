namespace StopKit.Testing;

/// <summary>What is run again and again: a fresh scene, its worker, and what has to hold at the end.</summary>
internal abstract class Experiment(StopTestOptions options)
{
    // In pauses and not in time alone, because on a machine that is late with the worker these are late as well. What is quiet for a
    // second waits for something that never comes.
    private const int Quiet = 50;
    private const int QuietWhereOnlyStopIsLeft = 5;

    private const int MostMoves = 100; // a timer that comes again and again, and does nothing, is no end

    internal StopTestOptions Options => options;

    /// <summary>Gets a value indicating whether the worker was a group when it was made last.</summary>
    internal bool IsGroup { get; private protected set; }

    /// <summary>Runs it once.</summary>
    internal abstract Task<RunResult> RunAsync(RunPlan plan);

    /// <summary>Runs a worker in a run; returns what it did wrong, if anything, and how it ended.</summary>
    private protected async Task<(RunResult Run, WorkerResult? Result)> RunAsync(Run run, Worker worker)
    {
        run.In(() =>
        {
            worker.Start(run.Root.Token);
            return worker;
        });
        await EndAsync(run, worker).ConfigureAwait(false);
        var result = worker.Completion.IsCompleted ? await worker.Completion.ConfigureAwait(false) : null;
        return (new RunResult(run, FaultOf(run, worker, result)), result);
    }

    /// <summary>Waits for the end, moves the time on where nothing else does, and gives up a worker that is late.</summary>
    private async Task EndAsync(Run run, Worker worker)
    {
        var ended = Task.WhenAny(worker.Completion, run.GivenUp);
        var time = TimeProvider.System;
        var (activity, quiet, moves) = (-1L, 0, 0);
        var (requested, pauses) = (0L, 0);
        while (await Task.WhenAny(ended, Task.Delay(RealTime.Pause, time)).ConfigureAwait(false) != ended)
        {
            if (activity != run.Activity)
            {
                (activity, quiet, moves) = (run.Activity, 0, 0);
            }
            else if (++quiet >= RealTime.QuietPauses && moves < MostMoves && run.Clocks.MoveIfDue())
            {
                (quiet, moves) = (0, moves + 1);
            }

            if (!run.IsRequested)
            {
                if (quiet > (run.Clocks.OnlyStopIsLeft ? QuietWhereOnlyStopIsLeft : Quiet))
                    run.RequestFromOutside();
            }
            else if (pauses++ == 0)
            {
                requested = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(requested) > options.Deadline && pauses > options.Deadline / RealTime.Pause / 2)
            {
                run.GiveUp();
                return;
            }
        }

        // Its callbacks belong to the stop as well.
        if (worker.Completion.IsCompleted && run.Callbacks is { IsCompleted: false } callbacks)
            await Task.WhenAny(callbacks, Task.Delay(options.Deadline, time)).ConfigureAwait(false);
    }

    private Failing? FaultOf(Run run, Worker worker, WorkerResult? result)
    {
        if (result is null)
        {
            var tooMany = options.MaxLooksAfterStop is { } most && run.Lanes.Any(lane => lane.SinceStop > most);
            var what = tooMany
                ? FormattableString.Invariant($"goes on after {options.MaxLooksAfterStop} looks")
                : $"has not ended within {Text.Duration(options.Deadline)}";
            return new Failing($"{Text.Late(worker)} {what}: {run.LastSeen()}. It is left behind in the background");
        }

        if (result.Outcome == WorkerOutcome.Faulted)
            return new Failing(result.ToString(), result.Exception);
        if (run.Callbacks is { IsCompleted: false })
            return new Failing($"a callback of the {run.Plan.StageName} has not returned within {Text.Duration(options.Deadline)}");
        if (options.MaxLooksAfterStop is { } limit && run.Lanes.FirstOrDefault(lane => lane.SinceStop > limit) is { } lane)
        {
            return new Failing(FormattableString.Invariant(
                $"{lane.Name} looked {lane.SinceStop} times after the {run.Plan.StageName}, and {limit} are allowed"));
        }

        return options.MustCleanUp && run.Root.LiveChildren is > 0 and var open
            ? new Failing(FormattableString.Invariant(
                $"{worker.Name} left {open} {(open == 1 ? "scope" : "scopes")} of its token undisposed"))
            : null;
    }
}

/// <summary>What went wrong in one run.</summary>
internal sealed record Failing(string Text, Exception? Exception = null);

/// <summary>How one run went.</summary>
internal sealed record RunResult(Run Run, Failing? Failing);
