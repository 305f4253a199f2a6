using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Versioning;
using Xunit.Abstractions;

namespace StopKit.TestSupport;

/// <summary>Lets contenders run against each other, each on a thread of its own, for many rounds.</summary>
/// <remarks>
/// The threads live through all rounds and meet at a spinning barrier. The last to arrive checks the round that is over, prepares the
/// next, and opens the barrier. A random delay before each start, from a printed seed, moves the contenders against each other.
/// Set STOPKIT_TEST_SEED to repeat a run's delays. Of all processes on the machine one races at a time: the tests for the other target
/// framework run beside these, and contenders that share their cores with strangers are slow and seldom meet.
/// </remarks>
public sealed class Race
{
    /// <summary>Gets how many rounds a race has at most: 30,000, or what STOPKIT_RACE_ROUNDS says, for a long run by itself.</summary>
    /// <remarks>
    /// Fewer where net8.0 is rolled forward: the tests for the newer target framework then run them all on this very runtime.
    /// Without that variable, a race that has had a tenth of its rounds ends after two seconds: beside other work a round takes
    /// ten times as long, and adds less, since the contenders seldom run at the same time.
    /// </remarks>
    public static int Rounds { get; } = GivenRounds ?? (IsRolledForward() ? 5_000 : 30_000);

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    // About as long as the shortest contender, so that each of two overtakes the other at every point.
    private const int LongestDelay = 40;

    private readonly int _seed = Seed();
    private readonly Action _prepare;
    private readonly Action[] _contenders;
    private readonly Action _check;
    private readonly int _rounds;
    private readonly int _leastRounds;
    private readonly Stopwatch _time = new();
    private int _arrived;
    private int _done;
    private int _round; // the one that is running; one beyond the last when all is over
    private ExceptionDispatchInfo? _failure;

    private Race(int rounds, Action prepare, Action[] contenders, Action check) =>
        (_rounds, _leastRounds, _prepare, _contenders, _check) =
            (rounds, GivenRounds is null ? rounds / 10 : rounds, prepare, contenders, check);

    private static int? GivenRounds =>
        int.TryParse(Environment.GetEnvironmentVariable("STOPKIT_RACE_ROUNDS"), out var given) ? given : null;

    private static bool IsRolledForward() => new FrameworkName(
        typeof(Race).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName).Version.Major < Environment.Version.Major;

    /// <summary>Runs a race to its end, or to the first exception of anybody, which it throws.</summary>
    /// <returns>How many rounds it had.</returns>
    public static Task<int> Run(ITestOutputHelper output, Action prepare, Action[] contenders, Action check, int? rounds = null)
    {
        var race = new Race(rounds ?? Rounds, prepare, contenders, check);
        output.WriteLine($"Seed {race._seed}, at most {race._rounds} rounds, {contenders.Length} threads");
        return Task.Run(() =>
        {
            race.Run();
            output.WriteLine($"{race._done} rounds in {race._time.Elapsed.TotalSeconds:0.0} s");
            return race._done;
        });
    }

    /// <summary>A seed for what else a test leaves to chance; for it to print.</summary>
    public static int Seed() =>
        int.TryParse(Environment.GetEnvironmentVariable("STOPKIT_TEST_SEED"), out var given) ? given : Random.Shared.Next();

    /// <summary>The same contender several times, told apart by its number.</summary>
    public static Action[] Times(int count, Action<int> contender) =>
        [.. Enumerable.Range(0, count).Select(number => (Action)(() => contender(number)))];

    private void Run()
    {
        using var machine = new Mutex(initiallyOwned: false, @"Global\StopKit.Tests.Race");
        try
        {
            machine.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // It is ours all the same: whoever held it was ended in the middle of a race.
        }

        try
        {
            RunAlone();
        }
        finally
        {
            machine.ReleaseMutex();
        }
    }

    private void RunAlone()
    {
        // Background, so that a contender that never returns fails only its own test.
        Thread[] threads = [.. _contenders.Select((_, number) => new Thread(() => Run(number)) { IsBackground = true })];
        _time.Start();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        _time.Stop();
        _failure?.Throw();
    }

    private void Run(int number)
    {
        var random = new Random(_seed + number);
        for (var round = 1; MeetAndStart(round); round++)
        {
            Thread.SpinWait(random.Next(LongestDelay));
            Guard(_contenders[number]);
        }
    }

    /// <summary>Waits until all have come to the start of a round; false when all is over.</summary>
    private bool MeetAndStart(int round)
    {
        if (Interlocked.Increment(ref _arrived) == _contenders.Length)
        {
            _arrived = 0;
            if (round > 1)
                Guard(_check);
            _done = round - 1;
            var isOver = _done == _rounds || (_done >= _leastRounds && _time.Elapsed > Enough) || _failure is not null;
            if (!isOver)
                Guard(_prepare);
            Volatile.Write(ref _round, isOver ? int.MaxValue : round);
        }
        else
        {
            // Never sleeping: there are more threads than cores, and a millisecond a round would take minutes.
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _round) < round)
                spinner.SpinOnce(sleep1Threshold: -1);
        }

        return Volatile.Read(ref _round) == round;
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // thrown again where the race was started
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
