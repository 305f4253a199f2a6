namespace StopKit;

/// <summary>A process on Linux and, if they are to be stopped too, its descendants.</summary>
/// <param name="processId">The id of the process.</param>
/// <param name="root">The process; null if it has ended.</param>
/// <param name="owned">Its .NET object, if this program started it.</param>
/// <param name="tree">Its descendants; null to leave them alone.</param>
internal sealed class LinuxTarget(int processId, LinuxProcess? root, OwnedProcess? owned, LinuxTree? tree) : StopTarget(processId, owned)
{
    private const int FreezeRounds = 10; // some 200 ms: a process that hangs in the kernel does not freeze

    internal LinuxTarget(LinuxProcess root, ProcessStopOptions options)
        : this(root.Id, root, owned: null, options.EntireTree ? new LinuxTree(root, mark: null) : null)
    {
    }

    internal override bool IsRootAlive => root is { HasEnded: false };

    internal override bool IsRootKilled => root is { IsKilled: true };

    internal override bool WasRootAsked => root is { IsAsked: true };

    internal override bool MayHaveLeftovers => tree is { IsMarked: true };

    internal override IReadOnlyList<int> Living => [.. All().Select(static process => process.Id)];

    internal override IReadOnlyList<int> KilledDescendants => tree?.Killed ?? [];

    internal override Exception? LookFailure => tree?.LookFailure;

    internal override Answer Ask(int signal) => root!.Entry.IsKernelThread ? Answer.Denied : root.Ask(signal);

    internal override void AskOrphans(int signal)
    {
        foreach (var orphan in tree?.Orphans() ?? [])
        {
            if (!orphan.IsAsked)
                orphan.Ask(signal);
        }
    }

    internal override void Look(bool forNewOnes)
    {
        root?.Look();
        tree?.LookAtLiving();
        // That all known ones have ended is no proof that there are no others.
        if (tree is not null && (forNewOnes || tree.IsLookDue || All().Count == 0))
            tree.LookAtAll();
    }

    internal override void Freeze()
    {
        if (tree is null)
            return;
        using var limit = new TimeLimit(Timeout.InfiniteTimeSpan, TimeProvider.System);
        for (var round = 0; round < FreezeRounds; round++)
        {
            var frozen = All().Where(static process => process.Freeze()).ToList();
            var hasGrown = tree.LookAtAll();
            // The signal is on its way until the process is seen to be frozen, and a fork may be too.
            if (!hasGrown && frozen.TrueForAll(static process => process.HasEnded || process.Entry.IsFrozen))
                break;
            limit.Pause();
        }
    }

    internal override void Kill()
    {
        foreach (var process in All())
        {
            if (!process.IsKilled)
                process.Kill();
        }
    }

    internal override int? ReadWaitStatus() => root?.ReadWaitStatus();

    public override void Dispose()
    {
        root?.Dispose();
        tree?.Dispose();
    }

    private List<LinuxProcess> All()
    {
        List<LinuxProcess> living = root is { HasEnded: false } ? [root] : [];
        if (tree is not null)
            living.AddRange(tree.Living);
        return living;
    }
}
