namespace StopKit.Testing;

/// <summary>An experiment whose scene has a type.</summary>
internal sealed class SceneExperiment<TScene>(
    Func<TScene> arrange, Func<TScene, Worker> make, Action<TScene, WorkerResult> check, StopTestOptions options) : Experiment(options)
{
    internal override async Task<RunResult> RunAsync(RunPlan plan)
    {
        var run = new Run(Options, plan);
        var scene = run.In(arrange);
        try
        {
            var worker = run.In(() => make(scene)) ?? throw new InvalidOperationException("The test returned no worker.");
            IsGroup = run.ByMember = worker is WorkerGroup;
            if (IsGroup && plan is { Number: > 0, Lane: null, IsLimit: false })
                return new RunResult(run, Failing: null); // not started: which member's look it is, only a run without a stop can tell
            var (outcome, result) = await RunAsync(run, worker).ConfigureAwait(false);
            if (outcome.Failing is not null || result is null)
                return outcome;
            var failing = Check(scene, result);
            if (failing is null && Options.RunAgain is { } again)
            {
                var later = await RunAgainAsync(again, scene, result).ConfigureAwait(false);
                failing = later is null ? null : later with { Text = $"run again: {later.Text}" };
            }

            return outcome with { Failing = failing };
        }
        finally
        {
            if (scene is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync().ConfigureAwait(false);
            else
                (scene as IDisposable)?.Dispose();
        }
    }

    private async Task<Failing?> RunAgainAsync(Func<dynamic, object?> again, TScene scene, WorkerResult first)
    {
        var run = new Run(Options, new RunPlan(StopStage.Stopping, Number: 0));
        var result = first;
        try
        {
            switch (run.In(() => again(scene!)))
            {
                case Worker worker:
                    var (outcome, ended) = await RunAsync(run, worker).ConfigureAwait(false);
                    if (outcome.Failing is not null || ended is null)
                        return outcome.Failing;
                    result = ended;
                    break;
                case Task task:
                    await task.WaitAsync(Options.Deadline).ConfigureAwait(false);
                    break;
            }
        }
#pragma warning disable CA1031 // whatever it throws, it is what the second run did
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new Failing(Text.Line($"{exception.GetType().Name}: {exception.Message}"), exception);
        }

        return Check(scene, result);
    }

    private Failing? Check(TScene scene, WorkerResult result)
    {
        try
        {
            check(scene, result);
            return null;
        }
#pragma warning disable CA1031 // what an assertion throws has a type of its framework
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new Failing(Text.Line(exception.Message), exception);
        }
    }
}
