using CsCheck;

namespace StopKit.Schedules.Groups;

/// <summary>What a group does about a failure.</summary>
public enum PolicyKind
{
    /// <summary>It stops.</summary>
    StopGroup,

    /// <summary>It goes on without the member.</summary>
    KeepRunning,

    /// <summary>It starts the member anew.</summary>
    Restart,

    /// <summary>It starts the member anew, also when that has completed.</summary>
    RestartAlways,
}

/// <summary>A failure policy.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Limit">How many restarts there are, for the kinds that restart.</param>
public sealed record PolicySpec(PolicyKind Kind, int Limit)
{
    /// <summary>Gets the generator.</summary>
    public static Gen<PolicySpec> Any { get; } = Gen.Select(
        Gen.Frequency((2, PolicyKind.StopGroup), (3, PolicyKind.KeepRunning), (3, PolicyKind.Restart), (1, PolicyKind.RestartAlways)),
        Gen.Int[1, 3],
        static (kind, limit) => new PolicySpec(kind, limit));

    /// <summary>Gets a value indicating whether members are started anew.</summary>
    public bool Restarts => Kind is PolicyKind.Restart or PolicyKind.RestartAlways;

    /// <summary>Makes the policy, with short pauses.</summary>
    /// <returns>The policy.</returns>
    public FailurePolicy Make() => Kind switch
    {
        PolicyKind.StopGroup => FailurePolicy.StopGroup,
        PolicyKind.KeepRunning => FailurePolicy.KeepRunning,
        _ => FailurePolicy.Restart(TimeSpan.FromMilliseconds(1), Limit, alsoWhenCompleted: Kind == PolicyKind.RestartAlways),
    };

    /// <inheritdoc/>
    public override string ToString() => Restarts ? $"{Kind} {Limit} times" : $"{Kind}";
}
