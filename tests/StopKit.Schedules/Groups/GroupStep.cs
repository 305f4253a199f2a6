using CsCheck;

namespace StopKit.Schedules.Groups;

/// <summary>What a lane does to the group or to one of its members.</summary>
public enum GroupOperation
{
    /// <summary>Starts the group.</summary>
    Start,

    /// <summary>Requests the stop without a grace.</summary>
    RequestStop,

    /// <summary>Requests the stop with a grace, or makes the grace shorter.</summary>
    RequestStopWithGrace,

    /// <summary>Requests the abort.</summary>
    RequestAbort,

    /// <summary>Stops it and waits.</summary>
    Stop,

    /// <summary>Stops it and awaits that.</summary>
    StopAsync,

    /// <summary>Disposes it.</summary>
    Dispose,

    /// <summary>Adds a member.</summary>
    Add,

    /// <summary>Disposes a member.</summary>
    DisposeMember,

    /// <summary>Stops a member and waits.</summary>
    StopMember,

    /// <summary>Requests the stop of a member.</summary>
    RequestStopOfMember,

    /// <summary>Reads the report.</summary>
    Report,

    /// <summary>Waits until the group is ready, or will not be.</summary>
    AwaitReady,
}

/// <summary>One step of a lane.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="After">How many units it waits before that.</param>
/// <param name="Member">Which of the members that were added as they are, modulo their number.</param>
/// <param name="Units">The grace.</param>
/// <param name="Added">The member that is added.</param>
public sealed record GroupStep(GroupOperation Operation, int After, int Member, int Units, MemberSpec Added)
{
    /// <summary>Gets the generator.</summary>
    public static Gen<GroupStep> Any { get; } = Gen.Select(
        Gen.Frequency(
            (1, GroupOperation.Start), (3, GroupOperation.RequestStop), (5, GroupOperation.RequestStopWithGrace), (1, GroupOperation.RequestAbort),
            (3, GroupOperation.Stop), (2, GroupOperation.StopAsync), (1, GroupOperation.Dispose), (4, GroupOperation.Add), (4, GroupOperation.DisposeMember),
            (1, GroupOperation.StopMember), (2, GroupOperation.RequestStopOfMember), (3, GroupOperation.Report),
            (3, GroupOperation.AwaitReady)),
        Gen.Frequency((3, Gen.Const(0)), (2, Gen.Int[1, 6])),
        Gen.Int[0, 9],
        Gen.Int[0, 12],
        GroupSpec.AnyLeaf,
        static (operation, after, member, units, added) => new GroupStep(operation, after, member, units, added));

    /// <summary>Gets a value indicating whether it names a member.</summary>
    public bool IsAboutMember => Operation is GroupOperation.DisposeMember or GroupOperation.StopMember or GroupOperation.RequestStopOfMember;

    /// <inheritdoc/>
    public override string ToString() => (After == 0 ? "" : $"after {After}: ") + Operation switch
    {
        GroupOperation.RequestStopWithGrace or GroupOperation.Stop or GroupOperation.StopAsync => $"{Operation}({Units})",
        GroupOperation.Add => $"Add {Added.ToString("added", "")}",
        _ when IsAboutMember => $"{Operation} {Member}",
        _ => $"{Operation}",
    };
}
