namespace StopKit.Testing;

/// <summary>Tells what an exploration has explored, and the first failure that it found.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class StopTestReport
{
    private readonly Exception? _exception;

    internal StopTestReport(ExplorationTally tally, Failure? failure)
    {
        LookCount = tally.LookCount;
        ExploredCount = tally.ExploredCount;
        RunCount = tally.RunCount;
        Seed = tally.Seed;
        IsEndless = tally.IsEndless;
        Failure = failure?.Text;
        FailedLook = failure?.Look;
        _exception = failure?.Exception;
    }

    /// <summary>Gets how many looks a run without a stop has; of an endless worker those before it was stopped.</summary>
    public int LookCount { get; }

    /// <summary>Gets how many different looks were explored.</summary>
    public int ExploredCount { get; }

    /// <summary>Gets how many times the worker was run.</summary>
    public int RunCount { get; }

    /// <summary>Gets the seed of the sample; null if no sample was needed.</summary>
    public int? Seed { get; }

    /// <summary>Gets a value indicating whether the worker ends only when it is stopped.</summary>
    public bool IsEndless { get; }

    /// <summary>Gets a value indicating whether a failure was found.</summary>
    public bool HasFailed => Failure is not null;

    /// <summary>Gets the text of the first failure; null if there is none.</summary>
    public string? Failure { get; }

    /// <summary>Gets the number of the look at which it was found; null if it does not depend on a look.</summary>
    public int? FailedLook { get; }

    /// <summary>Throws if a failure was found.</summary>
    /// <exception cref="StopTestException">A failure was found; the message is <see cref="Failure"/>.</exception>
    public void ThrowIfFailed()
    {
        if (Failure is not null)
            throw new StopTestException(Failure, _exception);
    }

    /// <summary>Returns how many looks were explored, and the first failure.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var looks = FormattableString.Invariant($"{ExploredCount} of {LookCount} looks explored in {RunCount} runs");
        var endless = IsEndless ? ", endless" : "";
        var seed = Seed is { } value ? FormattableString.Invariant($", seed {value}") : "";
        return $"{looks}{endless}{seed}: {Failure ?? "nothing found"}";
    }
}
