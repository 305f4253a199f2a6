using System.Diagnostics;
using CsCheck;

namespace StopKit.Schedules;

/// <summary>Runs schedules of one area, many times, until one fails or the time is up.</summary>
/// <remarks>
/// CsCheck makes the schedules, and knows of each its seed and its size. After a failure smaller ones are made at random and run, for a while; the
/// smallest that fails is shown, with a seed of its own. A schedule that does not end is shown as it is: its threads are lost.
/// </remarks>
public sealed class Hunt
{
    private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(20);

    // Longer than any schedule waits for anything by itself, also on a machine that is very busy.
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(5);

    private readonly Area _area;
    private readonly string? _replay;
    private readonly Running[] _runners;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _time;
    private readonly long _count;
    private long _begun;
    private long _ended;
    private Failure? _failure;

    private Hunt(Area area, string? replay, TimeSpan time, long count, ulong seed)
    {
        (_area, _replay, _time, _count) = (area, replay, time, count);
        _runners = [.. Enumerable.Range(0, area.SideBySide).Select(number => new Running(new PCG((uint)number + 1, seed)))];
    }

    /// <summary>Hunts for a failure.</summary>
    /// <param name="area">Where.</param>
    /// <param name="output">Where the seed and the failure are told.</param>
    /// <param name="time">For how long at most.</param>
    /// <param name="count">How many schedules at most.</param>
    /// <param name="replay">The seed of the only schedule to run, again and again; null for random ones.</param>
    /// <param name="seed">Where the random ones begin; by chance if null.</param>
    /// <returns>True if no schedule failed.</returns>
    public static bool Run(Area area, TextWriter output, TimeSpan time, long count = long.MaxValue, string? replay = null, ulong? seed = null)
    {
#pragma warning disable CA5394 // chance that nobody has a reason to predict
        var start = seed ?? (ulong)Random.Shared.NextInt64();
#pragma warning restore CA5394
        var hunt = new Hunt(area, replay, time, count, start);
        output.WriteLine(replay is null ? $"{area.Name}: random schedules from {start}" : $"{area.Name}: the schedule of seed {replay}");
        hunt.RunAll(output);
        if (hunt._failure is not { } failure)
        {
            output.WriteLine($"{area.Name}: {hunt._ended} schedules in {hunt._watch.Elapsed.TotalSeconds:0} s, no failure");
            return true;
        }

        output.WriteLine($"{area.Name}: FAILED after {hunt._ended} schedules and {failure.After.TotalSeconds:0.0} s: {failure.Message}");
        output.WriteLine($"seed {failure.Seed} (found as {failure.FirstSeed}); replay: dotnet run --project tests/StopKit.Schedules -c Release -- {area.Name} 1 {failure.Seed}");
        output.WriteLine(failure.Schedule);
        return false;
    }

    /// <summary>What runs right now, for the report of a crash.</summary>
    internal static string NowRunning => string.Join("\n", Current?._runners.Select(static runner => $"{runner.Seed}\n{runner.Schedule}") ?? []);

    private static Hunt? Current { get; set; }

    private bool IsOver => _failure is not null || _watch.Elapsed > _time || Interlocked.Read(ref _begun) >= _count;

    private void RunAll(TextWriter output)
    {
        Current = this;
        foreach (var runner in _runners)
            new Thread(() => Work(runner)) { IsBackground = true, Name = "runner" }.Start();
        var said = TimeSpan.Zero;
        while (!Array.TrueForAll(_runners, static runner => runner.HasEnded.Wait(100)))
        {
            if (_watch.Elapsed - said > TimeSpan.FromMinutes(1))
            {
                said = _watch.Elapsed;
                output.WriteLine($"{_area.Name}: {Interlocked.Read(ref _ended)} schedules after {said.TotalSeconds:0} s");
            }

            if (Array.Find(_runners, runner => runner.IsHanging(HangLimit)) is { } hanging)
            {
                _failure = new Failure($"it has not ended after {HangLimit.TotalSeconds:0} s", hanging.Seed, hanging.Seed, hanging.Schedule!.ToString()!, _watch.Elapsed);
                if (Environment.GetEnvironmentVariable("STOPKIT_SCHEDULES_HOLD") is not null)
                {
                    output.WriteLine($"process {Environment.ProcessId} holds for a debugger:\n{hanging.Schedule}");
                    new ManualResetEvent(initialState: false).WaitOne();
                }

                return;
            }
        }
    }

    private void Work(Running runner)
    {
        var team = new Team();
        while (!IsOver && Interlocked.Increment(ref _begun) <= _count)
        {
            var pcg = _replay is null ? runner.Pcg : PCG.Parse(_replay);
            runner.Begin(pcg.ToString(pcg.State), _area.Schedules.Generate(pcg, null, out var size));
            if (Try(runner.Schedule!, team, repeats: 1) is { } exception && !IsKnown(exception))
                Report(runner, team, size, exception);
            Interlocked.Increment(ref _ended);
            runner.End();
        }

        runner.HasEnded.Set();
    }

    private void Report(Running runner, Team team, Size size, Exception exception)
    {
        var found = new Failure(Text(exception), runner.Seed, runner.Seed, runner.Schedule!.ToString()!, _watch.Elapsed);
        if (Interlocked.CompareExchange(ref _failure, found, null) is not null)
            return;
        if (_replay is null)
            _failure = Shrink(runner, team, size, found);
    }

    /// <summary>Looks for smaller schedules that fail too: first random ones, which have a seed, then what is left when parts are left out.</summary>
    private Failure Shrink(Running runner, Team team, Size size, Failure smallest)
    {
        var schedule = runner.Schedule!;
        var limit = TimeSpan.FromSeconds(Math.Clamp(smallest.After.TotalSeconds * 2, 10, 60));
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < limit;)
        {
            var seed = runner.Pcg.ToString(runner.Pcg.State);
            var candidate = _area.Schedules.Generate(runner.Pcg, size, out var candidateSize);
            if (candidate is null || !Size.IsLessThan(candidateSize, size) || TryCandidate(candidate, seed) is not { } exception)
                continue;
            smallest = smallest with { Message = Text(exception), Seed = seed };
            (schedule, size) = (candidate, candidateSize);
        }

        for (var (watch, isSmallest) = (Stopwatch.StartNew(), false); !isSmallest && watch.Elapsed < limit;)
        {
            isSmallest = true;
            foreach (var candidate in schedule.Smaller())
            {
                if (watch.Elapsed > limit || TryCandidate(candidate, smallest.Seed) is not { } exception)
                    continue;
                smallest = smallest with { Message = Text(exception) };
                (schedule, isSmallest) = (candidate, false);
                break;
            }
        }

        return smallest with { Schedule = schedule.ToString()! };

        Exception? TryCandidate(Schedule candidate, string seed)
        {
            runner.Begin(seed, candidate);
            var exception = Try(candidate, team, repeats: _area.SideBySide == 1 ? 20 : 3);
            return exception is null || IsKnown(exception) ? null : exception;
        }
    }

    private static Exception? Try(Schedule schedule, Team team, int repeats)
    {
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            try
            {
                schedule.Run(team, Unit);
            }
            catch (ScheduleException exception) when (exception.IsTiming)
            {
                // What a slow machine causes goes away with longer times; a fault of the library stays.
                if (TryAgainSlowly(schedule, team, factor: 5) is { } again && TryAgainSlowly(schedule, team, factor: 50) is not null)
                    return again;
            }
#pragma warning disable CA1031 // every exception is a finding
            catch (Exception exception)
#pragma warning restore CA1031
            {
                return exception;
            }
        }

        return null;
    }

    private static Exception? TryAgainSlowly(Schedule schedule, Team team, int factor)
    {
        try
        {
            schedule.Run(team, Unit * factor);
            return null;
        }
#pragma warning disable CA1031 // as above
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }

    // While a fault is open, hunts for others go on beyond it.
    private static bool IsKnown(Exception exception) =>
        Environment.GetEnvironmentVariable("STOPKIT_SCHEDULES_KNOWN") is { Length: > 0 } known
            && known.Split('|').Any(text => exception.Message.Contains(text, StringComparison.Ordinal));

    private static string Text(Exception exception) => exception is ScheduleException ? exception.Message : exception.ToString();

    private sealed record Failure(string Message, string Seed, string FirstSeed, string Schedule, TimeSpan After);

    /// <summary>A thread that runs one schedule after the other.</summary>
    private sealed class Running(PCG pcg)
    {
        private long _begunAt;

        internal PCG Pcg => pcg;

        internal ManualResetEventSlim HasEnded { get; } = new();

        internal string Seed { get; private set; } = "";

        internal Schedule? Schedule { get; private set; }

        internal void Begin(string seed, Schedule schedule)
        {
            (Seed, Schedule) = (seed, schedule);
            Volatile.Write(ref _begunAt, Stopwatch.GetTimestamp());
        }

        internal void End() => Volatile.Write(ref _begunAt, 0);

        internal bool IsHanging(TimeSpan limit) => Volatile.Read(ref _begunAt) is not 0 and var begun && Stopwatch.GetElapsedTime(begun) > limit;
    }
}
