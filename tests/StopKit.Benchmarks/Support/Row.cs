namespace StopKit.Benchmarks;

/// <summary>One line of the table: StopKit beside the platform at the same work. Times are nanoseconds for one piece of it.</summary>
internal sealed record Row(string Work, string Against, double Ours, double Theirs, string Target)
{
    /// <summary>Bytes for one piece of the work; null where nobody counts them.</summary>
    internal long? OurBytes { get; init; }

    internal long? TheirBytes { get; init; }
}
