namespace StopKit;

/// <summary>The stop of one process, and of its tree, on Linux.</summary>
/// <remarks>
/// <code>
/// found ──the root is asked──▶ grace ──all have ended──────────────────────────────▶ ended
///                                └─Grace, or cancelled──▶ frozen ──▶ killed ──all have ended, or KillLimit──▲
/// </code>
/// Once the root has ended, its orphans are asked too. Before anybody is killed the whole tree is frozen, until a look at it finds no
/// new member, so that nobody can fork while it is being killed.
/// </remarks>
internal sealed class LinuxStop(int processId, LinuxProcess? root, OwnedProcess? owned, string? mark, ProcessStopOptions options)
{
    private const int FreezeRounds = 10; // some 200 ms: a process that hangs in the kernel does not freeze

    private readonly long _start = options.TimeProvider.GetTimestamp();
    private readonly ProcessStopLog _log = new(options.Logger);

    /// <summary>Stops; a cancellation cuts the grace short, and nothing else.</summary>
    internal async Task<ProcessStopResult> RunAsync(CancellationToken abort)
    {
        using var rootOwner = root;
        using var tree = options.EntireTree ? new LinuxTree(root, mark) : null;
        var wasRunning = root is { HasEnded: false };
        if (wasRunning || (tree is not null && mark is not null))
        {
            if (tree is not null)
                await tree.LookAtAllAsync().ConfigureAwait(false); // before the ask: whoever obeys at once leaves orphans
            if (wasRunning)
            {
                var answer = root!.Entry.IsKernelThread ? LinuxProcess.Answer.Denied : root.Ask(SignalNumbers.Of(options.Signal));
                if (answer == LinuxProcess.Answer.Denied)
                    return new ProcessStopResult(ProcessStopOutcome.AccessDenied, processId) { Duration = Elapsed() };
                wasRunning = answer == LinuxProcess.Answer.Sent;
                _log.Asked(processId, options.Signal);
            }

            using (var grace = new TimeLimit(options.Grace, options.TimeProvider, abort))
                await WaitAsync(tree, isKilling: false, grace.Token).ConfigureAwait(false);
            if (Living(tree).Count > 0)
                await KillAsync(tree).ConfigureAwait(false);
        }

        var result = await ResultAsync(tree, wasRunning, abort).ConfigureAwait(false);
        _log.Ended(result);
        return result;
    }

    private async Task KillAsync(LinuxTree? tree)
    {
        try
        {
            if (tree is not null)
                await FreezeAsync(tree).ConfigureAwait(false);
        }
        finally
        {
            Kill(tree); // also if a look fails, for want of file descriptors: nobody may be left frozen
        }

        using var limit = new TimeLimit(options.KillLimit, options.TimeProvider, CancellationToken.None);
        await WaitAsync(tree, isKilling: true, limit.Token).ConfigureAwait(false);
    }

    private async Task FreezeAsync(LinuxTree tree)
    {
        for (var round = 0; round < FreezeRounds; round++)
        {
            var frozen = Living(tree).Where(static process => process.Freeze()).ToList();
            var hasGrown = await tree.LookAtAllAsync().ConfigureAwait(false);
            // The signal is on its way until the process is seen to be frozen, and a fork may be too.
            if (!hasGrown && frozen.TrueForAll(static process => process.HasEnded || process.Entry.IsFrozen))
                break;
            await PollPause.WaitAsync(round, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until all have ended, or for the limit.</summary>
    private async Task WaitAsync(LinuxTree? tree, bool isKilling, CancellationToken limit)
    {
        for (var round = 0; ; round++)
        {
            var isOver = limit.IsCancellationRequested; // asked before the look, so that the last look is after the limit
            if (isKilling)
                Kill(tree);
            root?.Look();
            tree?.LookAtLiving();
            // That all known ones have ended is no proof that there are no others.
            if (tree is not null && (isKilling || tree.IsLookDue || Living(tree).Count == 0))
                await tree.LookAtAllAsync().ConfigureAwait(false);
            if (Living(tree).Count == 0 || isOver)
                return;
            if (!isKilling && root is null or { HasEnded: true })
                AskOrphans(tree!);
            await PollPause.WaitAsync(round, limit).ConfigureAwait(false);
        }
    }

    private void Kill(LinuxTree? tree)
    {
        foreach (var process in Living(tree))
        {
            if (!process.IsKilled)
                process.Kill();
        }
    }

    private void AskOrphans(LinuxTree tree)
    {
        foreach (var orphan in tree.Orphans())
        {
            if (!orphan.IsAsked)
                orphan.Ask(SignalNumbers.Of(options.Signal));
        }
    }

    private List<LinuxProcess> Living(LinuxTree? tree)
    {
        List<LinuxProcess> living = root is { HasEnded: false } ? [root] : [];
        if (tree is not null)
            living.AddRange(tree.Living);
        return living;
    }

    private async Task<ProcessStopResult> ResultAsync(LinuxTree? tree, bool wasRunning, CancellationToken abort)
    {
        var duration = Elapsed();
        var hasEnded = root is null or { HasEnded: true };
        var end = hasEnded ? await EndAsync().ConfigureAwait(false) : default;
        var outcome = wasRunning ? OutcomeOf(root!, end.Code, end.Signal) : ProcessStopOutcome.AlreadyExited;
        return new ProcessStopResult(outcome, processId)
        {
            ExitCode = end.Code,
            Signal = end.Signal,
            Duration = duration,
            KilledDescendants = tree?.Killed ?? [],
            Survivors = [.. Living(tree).Select(static process => process.Id)],
            Grace = abort.IsCancellationRequested && Timeouts.Left(options.Grace, duration) != TimeSpan.Zero ? null : options.Grace,
        };
    }

    private static ProcessStopOutcome OutcomeOf(LinuxProcess root, int? code, int? signal) => root switch
    {
        { IsKilled: false, HasEnded: false } => ProcessStopOutcome.AccessDenied, // it has become another user's since it was asked
        { IsKilled: false } => ProcessStopOutcome.Exited,
        // Its own end may have been faster than the kill.
        _ => code is null || signal == SignalNumbers.Kill ? ProcessStopOutcome.Killed : ProcessStopOutcome.Exited,
    };

    private async Task<(int? Code, int? Signal)> EndAsync()
    {
        var status = root?.ReadWaitStatus();
        var code = owned is null ? null : await owned.ExitCodeAsync().ConfigureAwait(false);
        if (status is { } known)
        {
            var signal = known & 0x7F;
            return signal == 0 ? ((known >> 8) & 0xFF, null) : (128 + signal, signal);
        }

        // Only inferred: 128 + n may also be a code that the process chose.
        var sent = root switch
        {
            { IsKilled: true } when code == 128 + SignalNumbers.Kill => SignalNumbers.Kill,
            { IsAsked: true } when code == 128 + SignalNumbers.Of(options.Signal) => SignalNumbers.Of(options.Signal),
            _ => (int?)null,
        };
        return (code, sent);
    }

    private TimeSpan Elapsed() => options.TimeProvider.GetElapsedTime(_start);
}
