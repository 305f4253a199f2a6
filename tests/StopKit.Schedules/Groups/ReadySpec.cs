using CsCheck;

namespace StopKit.Schedules.Groups;

/// <summary>When a member says that it is ready.</summary>
public enum ReadyKind
{
    /// <summary>It does not report; it is ready once it runs.</summary>
    Unreported,

    /// <summary>As the first thing.</summary>
    AtOnce,

    /// <summary>After some time, unless it is asked to stop meanwhile.</summary>
    Later,

    /// <summary>After its limit, without a look at the stop.</summary>
    TooLate,

    /// <summary>Never.</summary>
    Never,

    /// <summary>Throws once or twice before that, then at once.</summary>
    FaultsFirst,
}

/// <summary>When a member is ready, and when it must be.</summary>
/// <param name="Kind">When it says so.</param>
/// <param name="After">A time for that, in units.</param>
/// <param name="Limit">The limit, in units.</param>
public sealed record ReadySpec(ReadyKind Kind, int After, int Limit)
{
    /// <summary>Gets that of a member that does not report.</summary>
    public static ReadySpec Unreported { get; } = new(ReadyKind.Unreported, 0, 0);

    /// <summary>Gets the generator.</summary>
    public static Gen<ReadySpec> Any { get; } = Gen.Frequency(
        (3, Gen.Const(Unreported)),
        (1, Gen.Select(
            Gen.Frequency((2, ReadyKind.AtOnce), (2, ReadyKind.Later), (1, ReadyKind.TooLate), (2, ReadyKind.Never), (2, ReadyKind.FaultsFirst)),
            Gen.Int[0, 4],
            Gen.Frequency((1, Gen.Int[0, 5]), (1, Gen.Const(100))),
            static (kind, after, limit) => new ReadySpec(kind, after, limit))));

    /// <summary>Gets a value indicating whether it reports at all.</summary>
    public bool IsReported => Kind != ReadyKind.Unreported;

    /// <inheritdoc/>
    public override string ToString() => IsReported ? $", ready {Kind} {After} within {Limit}" : "";
}
