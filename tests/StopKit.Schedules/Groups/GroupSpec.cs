using CsCheck;

namespace StopKit.Schedules.Groups;

/// <summary>What a member runs on.</summary>
public enum MemberKind
{
    /// <summary>A thread worker.</summary>
    Thread,

    /// <summary>An async worker.</summary>
    Task,

    /// <summary>A periodic worker, whose first tick does the deed.</summary>
    Periodic,

    /// <summary>A queue worker, whose handler does the deed for the first item.</summary>
    Queue,

    /// <summary>A group with members of its own.</summary>
    Group,
}

/// <summary>How the body of a member behaves.</summary>
public enum MemberDeed
{
    /// <summary>Waits for the stop and returns.</summary>
    Willing,

    /// <summary>Needs some time after the stop.</summary>
    Slow,

    /// <summary>Returns only at the abort.</summary>
    UntilAbort,

    /// <summary>Ignores the stop and the abort, so that it is late.</summary>
    Stubborn,

    /// <summary>Returns by itself after some time.</summary>
    Completes,

    /// <summary>Throws after some time.</summary>
    Faults,

    /// <summary>Throws once or twice at once, then is willing.</summary>
    FaultsFirst,

    /// <summary>Throws when it is asked to stop.</summary>
    FaultsOnStop,

    /// <summary>Leaves with an exit code after some time.</summary>
    Exits,

    /// <summary>Is willing, but its cleanup needs some time.</summary>
    SlowCleanUp,
}

/// <summary>What a callback on the token of a member or of a group does.</summary>
public enum BlockingCallback
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A stop callback that blocks until all is over.</summary>
    OnStop,

    /// <summary>An abort callback that blocks until all is over.</summary>
    OnAbort,
}

/// <summary>A member of a group.</summary>
/// <param name="Kind">What it runs on.</param>
/// <param name="Deed">How it behaves.</param>
/// <param name="Units">A time for the deed.</param>
/// <param name="Order">Its order.</param>
/// <param name="ByFactory">True if the group makes it, so that it can be restarted; false if it is added as it is.</param>
/// <param name="Callback">A callback that blocks.</param>
/// <param name="Group">What it is, if it is a group.</param>
public sealed record MemberSpec(MemberKind Kind, MemberDeed Deed, int Units, int Order, bool ByFactory, BlockingCallback Callback, GroupSpec? Group)
{
    /// <summary>Says what it is, in one line; the members of a group on lines of their own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="indent">What goes before each line.</param>
    /// <returns>The text.</returns>
    public string ToString(string name, string indent)
    {
        var callback = Callback == BlockingCallback.None ? "" : $", blocks {Callback}";
        var how = $"order {Order}, {(ByFactory ? "by factory" : "added as it is")}{callback}";
        return Group is { } group
            ? $"{indent}{name}: group {how}, {group.ToString(name, indent + "  ")}"
            : $"{indent}{name}: {Kind} {Deed} {Units}, {how}";
    }
}

/// <summary>A group.</summary>
/// <param name="Policy">0 stops the group, 1 keeps running, 2 and more restart so many times less one.</param>
/// <param name="Grace">Its grace in units.</param>
/// <param name="AbortPeriod">Its abort period in units.</param>
/// <param name="Members">Its members.</param>
public sealed record GroupSpec(int Policy, int Grace, int AbortPeriod, IReadOnlyList<MemberSpec> Members)
{
    private static readonly MemberKind[] Leaves = [MemberKind.Thread, MemberKind.Task, MemberKind.Periodic, MemberKind.Queue];

    /// <summary>Gets the generator of groups with members of every kind.</summary>
    public static Gen<GroupSpec> Any { get; } = Make(depth: 2, Leaves);

    /// <summary>Gets the generator of groups whose members do not need the thread pool.</summary>
    public static Gen<GroupSpec> OfThreads { get; } = Make(depth: 1, [MemberKind.Thread]);

    /// <summary>Gets the generator of single members without groups.</summary>
    public static Gen<MemberSpec> AnyLeaf { get; } = Leaf(Leaves);

    /// <summary>Gets a value indicating whether failed members are restarted.</summary>
    public bool Restarts => Policy >= 2;

    /// <summary>Says what it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="indent">What goes before each line of a member.</param>
    /// <returns>The text.</returns>
    public string ToString(string name, string indent) =>
        $"{(Policy == 0 ? "StopGroup" : Policy == 1 ? "KeepRunning" : $"Restart {Policy - 1} times")}, grace {Grace}, abort period {AbortPeriod}\n"
            + string.Join("\n", Members.Select((member, number) => member.ToString($"{name}.{number}", indent)));

    /// <summary>Returns groups that lack one member, or part of a member.</summary>
    /// <returns>The smaller groups.</returns>
    public IEnumerable<GroupSpec> Smaller()
    {
        for (var number = 0; number < Members.Count; number++)
        {
            yield return this with { Members = [.. Members.Where((_, place) => place != number)] };
            var member = Members[number];
            foreach (var inner in member.Group?.Smaller() ?? [])
                yield return this with { Members = [.. Members.Select((other, place) => place == number ? other with { Group = inner } : other)] };
            if (member.Callback != BlockingCallback.None)
                yield return this with { Members = [.. Members.Select((other, place) => place == number ? other with { Callback = BlockingCallback.None } : other)] };
        }
    }

    private static Gen<MemberSpec> Leaf(MemberKind[] kinds) => Gen.Select(
        Gen.OneOf(kinds),
        Gen.Frequency(
            (8, MemberDeed.Willing), (3, MemberDeed.Slow), (1, MemberDeed.UntilAbort), (3, MemberDeed.Stubborn), (1, MemberDeed.Completes),
            (2, MemberDeed.Faults), (2, MemberDeed.FaultsFirst), (1, MemberDeed.FaultsOnStop), (1, MemberDeed.Exits), (1, MemberDeed.SlowCleanUp)),
        Gen.Int[0, 4],
        Gen.Int[0, 2],
        Gen.Bool,
        Gen.Frequency((18, BlockingCallback.None), (1, BlockingCallback.OnStop), (1, BlockingCallback.OnAbort)),
        static (kind, deed, units, order, byFactory, callback) => new MemberSpec(kind, deed, units, order, byFactory, callback, Group: null));

    private static Gen<GroupSpec> Make(int depth, MemberKind[] kinds)
    {
        var member = Leaf(kinds);
        if (depth > 0)
        {
            var inner = Gen.Select(Leaf(kinds), Make(depth - 1, kinds), static (leaf, group) => leaf with { Kind = MemberKind.Group, Group = group });
            member = Gen.Frequency((4, member), (1, inner));
        }

        return Gen.Select(
            Gen.Int[0, 4],
            Gen.Frequency((1, Gen.Const(0)), (6, Gen.Int[1, 12])),
            Gen.Int[0, 4],
            member.Array[0, 4],
            static (policy, grace, abortPeriod, members) => new GroupSpec(policy, grace, abortPeriod, members));
    }
}
