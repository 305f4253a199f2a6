namespace StopKit.Benchmarks;

/// <summary>The same work, done by StopKit and by others in turn.</summary>
internal sealed class Contest
{
    /// <summary>What is done: one text for each row that a round measures.</summary>
    internal required string[] Works { get; init; }

    internal required Contestant StopKit { get; init; }

    internal required Contestant[] Others { get; init; }

    /// <summary>
    /// Makes one row against the median of the others, instead of a row against each; its name is this text.
    /// </summary>
    internal string? AgainstMedian { get; init; }

    /// <summary>The most bytes that StopKit may take for one piece of the work; no limit by default.</summary>
    internal double? MostBytes { get; init; }

    /// <summary>How often the contestants take turns; those that take long have fewer.</summary>
    internal int Rounds { get; init; } = 101;

    /// <summary>False for work of fresh processes, which nothing can warm up.</summary>
    internal bool IsWarmedUp { get; init; } = true;
}
