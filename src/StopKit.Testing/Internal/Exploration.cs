namespace StopKit.Testing;

/// <summary>Runs an experiment with a request at each look, or at a sample of them, until one fails.</summary>
internal sealed class Exploration(Experiment experiment)
{
    /// <summary>A run that has so many looks counts as endless.</summary>
    internal const int Endless = 20_000;

    private readonly ExplorationTally _tally = new();
    private readonly HashSet<int> _explored = [];
    private Run _baseline = null!;
    private (string? Lane, int Number)[] _looks = [];

    private StopTestOptions Options => experiment.Options;

    internal async Task<StopTestReport> ExploreAsync()
    {
        var failure = await MeasureAsync().ConfigureAwait(false);
        foreach (var stage in Stages())
            failure ??= await ExploreAsync(stage, Sample()).ConfigureAwait(false);
        _tally.ExploredCount = _explored.Count;
        return new StopTestReport(_tally, failure);
    }

    internal async Task<StopTestReport> RunAtAsync(int number)
    {
        Failure? failure = null;
        foreach (var stage in Stages())
        {
            var run = await CountAsync(new RunPlan(stage, number)).ConfigureAwait(false);
            if (experiment.IsGroup && !run.Run.IsRequested)
            {
                failure ??= _looks.Length == 0 ? await MeasureAsync().ConfigureAwait(false) : null;
                if (failure is null && number <= _looks.Length)
                    run = await CountAsync(new RunPlan(stage, _looks[number - 1].Number, _looks[number - 1].Lane)).ConfigureAwait(false);
            }

            _tally.LookCount = Math.Max(_looks.Length, number);
            failure ??= WasReached(run.Run)
                ? FailureOf(run, number)
                : new Failure(FormattableString.Invariant($"There is no look {number}: the run has ended before it."), number);
        }

        _tally.ExploredCount = 1;
        return new StopTestReport(_tally, failure);
    }

    /// <summary>Runs it twice without a request, to number the looks and to see that the number is the same.</summary>
    private async Task<Failure?> MeasureAsync()
    {
        var limit = new RunPlan(StopStage.Stopping, Math.Max(Endless, Options.MaxRuns)) { IsLimit = true, KeepsPlaces = true };
        var first = await CountAsync(limit).ConfigureAwait(false);
        _baseline = first.Run;
        _tally.IsEndless = _baseline.IsEndless;
        _looks = [.. _baseline.Lanes.SelectMany(lane => Enumerable.Range(1, lane.Count).Select(number => (NameOf(lane), number)))];
        _tally.LookCount = _looks.Length;
        if (first.Failing is { } failing)
        {
            var when = _baseline.IsEndless
                ? FormattableString.Invariant($"stopped when it had looked {_looks.Length} times")
                : "without a stop";
            return new Failure($"{when}: {failing.Text}.", Look: null, failing.Exception);
        }

        var second = await CountAsync(limit).ConfigureAwait(false);
        return HasSameLooks(second.Run) ? null : Undetermined(second.Run, from: 0);
    }

    private async Task<Failure?> ExploreAsync(StopStage stage, IEnumerable<int> numbers)
    {
        var passed = 0;
        foreach (var number in numbers)
        {
            if (await TryAsync(stage, number).ConfigureAwait(false) is not { } failure)
            {
                passed = number;
                continue;
            }

            // The looks between the one that passed and the one that failed were not in the sample.
            for (var failed = number; failed - passed > 1 && failure.Look is not null;)
            {
                var middle = passed + ((failed - passed) / 2);
                if (await TryAsync(stage, middle).ConfigureAwait(false) is { } earlier)
                    (failed, failure) = (middle, earlier);
                else
                    passed = middle;
            }

            return failure;
        }

        return null;
    }

    private async Task<Failure?> TryAsync(StopStage stage, int number)
    {
        var (lane, index) = _looks[number - 1];
        var run = await CountAsync(new RunPlan(stage, index, lane)).ConfigureAwait(false);
        _explored.Add(number);
        if (!WasReached(run.Run) || (run.Failing is not null && !BeginsAsBaseline(run.Run)))
            return Undetermined(run.Run, index);
        return FailureOf(run, number);
    }

    private async Task<RunResult> CountAsync(RunPlan plan)
    {
        _tally.RunCount++;
        return await experiment.RunAsync(plan).ConfigureAwait(false);
    }

    /// <summary>The looks to explore: all, or by chance one of each of as many equal parts as there may be runs.</summary>
    private IEnumerable<int> Sample()
    {
        if (_looks.Length <= Options.MaxRuns)
            return Enumerable.Range(1, _looks.Length);
        if (_baseline.IsEndless)
            return Enumerable.Range(1, Options.MaxRuns); // the looks of a loop are alike
        _tally.Seed ??= Options.Seed ?? Random.Shared.Next();
#pragma warning disable CA5394 // a choice that has to be repeatable
        var chance = new Random(_tally.Seed.Value);
        return [.. Enumerable.Range(0, Options.MaxRuns).Select(part => chance.Next(First(part), First(part + 1)))];
#pragma warning restore CA5394

        int First(int part) => 1 + (int)((long)part * _looks.Length / Options.MaxRuns);
    }

    private Failure? FailureOf(RunResult run, int number)
    {
        if (run.Failing is not { } failing)
            return null;
        var verb = run.Run.Plan.Stage == StopStage.Aborting ? "aborted" : "stopped";
        var total = _baseline is null ? "" : FormattableString.Invariant($" of {_looks.Length}");
        var look = run.Run.RequestedAt?.Where ?? "";
        var where = run.Run.Plan.Lane is { } lane ? $"{lane}: {look}" : look;
        var seed = _tally.Seed is { } value ? FormattableString.Invariant($" Seed: {value}.") : "";
        var replay = FormattableString.Invariant($"Replay: StopTest.AtLookAsync({number}, …){seed}");
        return new Failure(
            FormattableString.Invariant($"{verb} at look {number}{total} ({where}): {failing.Text}. {replay}"),
            number,
            failing.Exception);
    }

    private Failure Undetermined(Run other, int from) => new(
        FormattableString.Invariant($"not deterministic: the looks differ from run to run, so that none can be found again by its number.")
        + $"{Environment.NewLine}One run:{Environment.NewLine}{Text.Trace(_baseline, from)}{Environment.NewLine}"
        + $"Another run:{Environment.NewLine}{Text.Trace(other, from)}");

    private IEnumerable<StopStage> Stages()
    {
        if (Options.Stages.HasFlag(StopTestStages.Stop))
            yield return StopStage.Stopping;
        if (Options.Stages.HasFlag(StopTestStages.Abort))
            yield return StopStage.Aborting;
    }

    private static bool WasReached(Run run) => run.RequestedAt is not null;

    private bool HasSameLooks(Run other) =>
        _baseline.Lanes.Select(lane => (NameOf(lane), lane.Count)).SequenceEqual(other.Lanes.Select(lane => (NameOf(lane), lane.Count)));

    // A worker without a name gets another one in each run.
    private string? NameOf(Lane lane) => _baseline.ByMember ? lane.Name : null;

    /// <summary>Tells whether the looks up to the request were those of the run without one.</summary>
    private bool BeginsAsBaseline(Run run)
    {
        return run.Lanes.Where(lane => run.Plan.Lane is null || lane.Name == run.Plan.Lane).All(lane =>
            _baseline.Lanes.FirstOrDefault(other => NameOf(other) == NameOf(lane)) is { } same
            && Members(lane).SequenceEqual(Members(same).Take(lane.Looks.Count)));

        static IEnumerable<string> Members(Lane lane) => lane.Looks.Select(static look => look.Member);
    }
}
