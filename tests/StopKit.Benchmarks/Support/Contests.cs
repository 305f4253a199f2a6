namespace StopKit.Benchmarks;

/// <summary>Every contest, in the order of the table.</summary>
internal static class Contests
{
    internal static IEnumerable<Contest> Named(string filter) => All().Where(contest =>
        contest.Works.Concat(contest.Others.Select(static other => other.Name))
            .Any(text => text.Contains(filter, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<Contest> All() =>
    [
        .. ColdContests.All(),
        .. PollContests.All(),
        .. SourceContests.All(),
        .. ScopeContests.All(),
        .. RequestContests.All(),
        .. WakeContests.All(),
        .. EventContests.All(),
        .. WorkerContests.All(),
        .. GroupContests.All(),
        .. ProcessContests.All(),
    ];
}
