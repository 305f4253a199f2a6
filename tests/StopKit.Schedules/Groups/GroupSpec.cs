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

/// <summary>How a member comes into its group.</summary>
public enum AddedAs
{
    /// <summary>As a worker that was made before, which cannot be made anew.</summary>
    Worker,

    /// <summary>As a factory, which the group calls for each instance.</summary>
    Factory,

    /// <summary>As a body with options of its own: a thread or a task.</summary>
    Body,
}

/// <summary>A member of a group.</summary>
/// <param name="Kind">What it runs on.</param>
/// <param name="Deed">How it behaves.</param>
/// <param name="Units">A time for the deed.</param>
/// <param name="Order">Its order.</param>
/// <param name="Added">How it comes into the group.</param>
/// <param name="Callback">A callback that blocks.</param>
/// <param name="Group">What it is, if it is a group.</param>
/// <param name="Ready">When it is ready, if it is no group.</param>
/// <param name="Policy">A policy of its own; null for the group's.</param>
public sealed record MemberSpec(
    MemberKind Kind, MemberDeed Deed, int Units, int Order, AddedAs Added, BlockingCallback Callback, GroupSpec? Group, ReadySpec Ready, PolicySpec? Policy)
{
    /// <summary>Gets a willing member.</summary>
    public static MemberSpec Willing { get; } = new(
        MemberKind.Thread, MemberDeed.Willing, 0, 0, AddedAs.Worker, BlockingCallback.None, Group: null, ReadySpec.Unreported, Policy: null);

    /// <summary>Gets a value indicating whether it may fail by itself, at a time that is not known before.</summary>
    public bool MayFault => Group is not null || Ready.IsReported || Policy is { Kind: PolicyKind.RestartAlways }
        || Deed is MemberDeed.Faults or MemberDeed.FaultsFirst or MemberDeed.FaultsOnStop;

    /// <summary>Tells whether its group may make it anew.</summary>
    /// <param name="group">The group that it is in.</param>
    /// <returns>True if so.</returns>
    public bool MayRestartIn(GroupSpec group) => Added != AddedAs.Worker && (Policy ?? group.Policy).Restarts;

    /// <summary>Says what it is, in one line; the members of a group on lines of their own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="indent">What goes before each line.</param>
    /// <returns>The text.</returns>
    public string ToString(string name, string indent)
    {
        var callback = Callback == BlockingCallback.None ? "" : $", blocks {Callback}";
        var policy = Policy is null ? "" : $", own policy {Policy}";
        var how = $"order {Order}, added as {Added}{policy}{Ready}{callback}";
        return Group is { } group
            ? $"{indent}{name}: group {how}, {group.ToString(name, indent + "  ")}"
            : $"{indent}{name}: {Kind} {Deed} {Units}, {how}";
    }
}

/// <summary>A group.</summary>
/// <param name="Policy">What it does about the failure of a member that has no policy of its own.</param>
/// <param name="Grace">Its grace in units.</param>
/// <param name="AbortPeriod">Its abort period in units.</param>
/// <param name="Members">Its members.</param>
public sealed record GroupSpec(PolicySpec Policy, int Grace, int AbortPeriod, IReadOnlyList<MemberSpec> Members)
{
    private static readonly MemberKind[] Leaves = [MemberKind.Thread, MemberKind.Task, MemberKind.Periodic, MemberKind.Queue];

    /// <summary>Gets the generator of groups with members of every kind.</summary>
    public static Gen<GroupSpec> Any { get; } = Make(depth: 2, Leaves);

    /// <summary>Gets the generator of groups whose members do not need the thread pool.</summary>
    public static Gen<GroupSpec> OfThreads { get; } = Make(depth: 1, [MemberKind.Thread]);

    /// <summary>Gets the generator of single members without groups.</summary>
    public static Gen<MemberSpec> AnyLeaf { get; } = Leaf(Leaves);

    /// <summary>Gets the paths of all members that are no groups, as a report names them, without the group's own.</summary>
    /// <param name="name">The group's name, from which its members have theirs.</param>
    /// <returns>The paths.</returns>
    public IEnumerable<string> Paths(string name) => Members.SelectMany((member, number) => member.Group is { } inner
        ? inner.Paths($"{name}.{number}").Select(path => $"{name}.{number}/{path}")
        : [$"{name}.{number}"]);

    /// <summary>Gets how many units pass at most until it is ready, has failed or has ended, without a stop that has no limit.</summary>
    /// <returns>The units.</returns>
    public int MostUnitsToReady() => Grace + AbortPeriod + Members.Sum(member =>
        (member.Group?.MostUnitsToReady() ?? (member.Ready.Limit + Grace + AbortPeriod + (2 * member.Units) + 4))
            * (1 + (member.MayRestartIn(this) ? (member.Policy ?? Policy).Limit : 0)));

    /// <summary>Says what it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="indent">What goes before each line of a member.</param>
    /// <returns>The text.</returns>
    public string ToString(string name, string indent) =>
        $"{Policy}, grace {Grace}, abort period {AbortPeriod}\n"
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
                yield return With(number, member with { Group = inner });
            if (member.Callback != BlockingCallback.None)
                yield return With(number, member with { Callback = BlockingCallback.None });
            if (member.Ready.IsReported)
                yield return With(number, member with { Ready = ReadySpec.Unreported });
            if (member.Policy is not null)
                yield return With(number, member with { Policy = null });
        }
    }

    private GroupSpec With(int number, MemberSpec member) => this with { Members = [.. Members.Select((other, place) => place == number ? member : other)] };

    private static Gen<MemberSpec> Leaf(MemberKind[] kinds) => Gen.Select(
        Gen.OneOf(kinds),
        Gen.Frequency(
            (8, MemberDeed.Willing), (3, MemberDeed.Slow), (1, MemberDeed.UntilAbort), (3, MemberDeed.Stubborn), (1, MemberDeed.Completes),
            (2, MemberDeed.Faults), (2, MemberDeed.FaultsFirst), (1, MemberDeed.FaultsOnStop), (1, MemberDeed.Exits), (1, MemberDeed.SlowCleanUp)),
        Gen.Int[0, 4],
        Gen.Int[0, 2],
        Gen.Select(
            Gen.OneOf(AddedAs.Worker, AddedAs.Factory, AddedAs.Body),
            Gen.Frequency((3, Gen.Const((PolicySpec?)null)), (1, PolicySpec.Any.Select(static policy => (PolicySpec?)policy)))),
        Gen.Frequency((18, BlockingCallback.None), (1, BlockingCallback.OnStop), (1, BlockingCallback.OnAbort)),
        ReadySpec.Any,
        static (kind, deed, units, order, how, callback, ready) => new MemberSpec(
            kind, deed, units, order, HasBody(kind) || how.Item1 != AddedAs.Body ? how.Item1 : AddedAs.Factory, callback, Group: null, ready, how.Item2));

    private static bool HasBody(MemberKind kind) => kind is MemberKind.Thread or MemberKind.Task;

    private static Gen<GroupSpec> Make(int depth, MemberKind[] kinds)
    {
        var member = Leaf(kinds);
        if (depth > 0)
        {
            var inner = Gen.Select(Leaf(kinds), Make(depth - 1, kinds), static (leaf, group) => leaf with
            {
                Kind = MemberKind.Group,
                Group = group,
                Ready = ReadySpec.Unreported,
                Added = leaf.Added == AddedAs.Body ? AddedAs.Factory : leaf.Added,
            });
            member = Gen.Frequency((4, member), (1, inner));
        }

        return Gen.Select(
            PolicySpec.Any,
            Gen.Frequency((1, Gen.Const(0)), (6, Gen.Int[1, 12])),
            Gen.Int[0, 4],
            member.Array[0, 4],
            static (policy, grace, abortPeriod, members) => new GroupSpec(policy, grace, abortPeriod, members));
    }
}
