using CsCheck;

namespace StopKit.Schedules.Groups;

/// <summary>Lanes of calls on a group with members that behave in every way, on the system's clock with short times.</summary>
/// <remarks>
/// Invariants: no member runs twice at once; what runs after the stop has returned is named late in its report; nothing starts after the stop; a stop is
/// back after its grace and abort periods; lower orders are asked only when the higher ones have ended or have used their share; a willing
/// member hears of the stop before the abort; a later order starts only when each earlier member was ready, has ended or has failed without
/// harm to its group, and within its members' limits a group is ready, has ended, or names a late one; the report names
/// every member; a fault of a member is a fault of the group; every worker ends when its body does; nothing else throws.
/// </remarks>
public sealed class GroupRace : Schedule
{
    private GroupRace(GroupSpec group, IReadOnlyList<IReadOnlyList<GroupStep>> lanes, int lastGrace, BlockingCallback callback, bool exhaustsPool) =>
        (Group, Lanes, LastGrace, Callback, ExhaustsPool) = (group, lanes, lastGrace, callback, exhaustsPool);

    /// <summary>Gets the generator.</summary>
    public static Gen<Schedule> Any { get; } = Make(GroupSpec.Any, exhaustsPool: false);

    /// <summary>Gets the generator of schedules that hold every thread of the pool, for a process with a small one.</summary>
    public static Gen<Schedule> OnExhaustedPool { get; } = Make(GroupSpec.OfThreads, exhaustsPool: true);

    internal GroupSpec Group { get; }

    internal IReadOnlyList<IReadOnlyList<GroupStep>> Lanes { get; }

    /// <summary>Gets the grace, in units, of the stop that ends the schedule.</summary>
    internal int LastGrace { get; }

    /// <summary>Gets what blocks on the token of the group itself.</summary>
    internal BlockingCallback Callback { get; }

    internal bool ExhaustsPool { get; }

    /// <inheritdoc/>
    public override void Run(Team team, TimeSpan unit) => new GroupScene(this, unit).Run(team);

    /// <inheritdoc/>
    public override IEnumerable<Schedule> Smaller() =>
        WithoutOneStep(Lanes).Select(lanes => new GroupRace(Group, lanes, LastGrace, Callback, ExhaustsPool))
            .Concat(Group.Smaller().Select(group => new GroupRace(group, Lanes, LastGrace, Callback, ExhaustsPool)))
            .Concat(Callback == BlockingCallback.None ? [] : [new GroupRace(Group, Lanes, LastGrace, BlockingCallback.None, ExhaustsPool)]);

    /// <inheritdoc/>
    public override string ToString() =>
        $"  m: group, {Group.ToString("m", "    ")}\n" + string.Join("\n", Lanes.Select(static (lane, number) => $"  lane {number}: {string.Join("; ", lane)}"))
            + $"\n  at the end: Stop({LastGrace})" + (Callback == BlockingCallback.None ? "" : $"\n  the group's token blocks {Callback}");

    private static Gen<Schedule> Make(Gen<GroupSpec> groups, bool exhaustsPool) => Gen.Select(
        groups,
        GroupStep.Any.Array[0, 4].Array[1, 3],
        Gen.Int[1, 12],
        Gen.Frequency((9, BlockingCallback.None), (1, BlockingCallback.OnAbort)),
        (group, lanes, lastGrace, callback) => (Schedule)new GroupRace(
            group, [.. lanes.Select((lane, number) => number == 0 ? (IReadOnlyList<GroupStep>)[Start, .. lane] : lane)], lastGrace, callback, exhaustsPool));

    private static GroupStep Start { get; } = new(
        GroupOperation.Start, 0, 0, 0, MemberSpec.Willing);
}
