namespace StopKit.Testing;

/// <summary>What was found, in the words of the report.</summary>
internal sealed record Failure(string Text, int? Look = null, Exception? Exception = null);

/// <summary>What an exploration has done so far.</summary>
internal sealed class ExplorationTally
{
    internal int LookCount { get; set; }

    internal int ExploredCount { get; set; }

    internal int RunCount { get; set; }

    internal int? Seed { get; set; }

    internal bool IsEndless { get; set; }
}
