namespace StopKit.Schedules.Groups;

/// <content>The invariants.</content>
internal sealed partial class GroupScene
{
    private void CheckReport(WorkerResult result, StopReport report, List<MemberTrack> running, bool hasEnded)
    {
        foreach (var track in running)
        {
            if (_late is not null)
                return; // all was released early
            Require(
                report.Late.Any(entry => entry.Path.Contains(track.Name, StringComparison.Ordinal)),
                $"{track.Name} runs after Stop has returned '{result}', but the report does not name it as late:\n{report}");
        }

        if (running.Count > 0 && hasEnded)
            Require(_group.Completion.Result.Outcome == WorkerOutcome.Abandoned, $"{running[0].Name} runs, but the group ended as '{_group.Completion.Result}'");
        foreach (var track in _tracks)
            Require(track.MostAtOnce <= 1, $"{track.MostAtOnce} instances of {track.Name} ran at once");
    }

    /// <summary>Checks that the report has a line for every member, restarted or not.</summary>
    private void CheckNames(StopReport report)
    {
        var added = _workers.Where(static worker => worker.IsAccepted).Select(static worker => worker.Worker.Name);
        foreach (var path in _race.Group.Paths("m").Concat(added.Where(static name => name.StartsWith("added", StringComparison.Ordinal))))
            Require(report.Entries.Any(entry => entry.Path == $"m/{path}"), $"the report does not name {path}:\n{report}");
    }

    /// <summary>Checks that no member was started before each one of an earlier order was ready, had ended or had failed harmlessly.</summary>
    private void CheckStart(GroupSpec group, string name)
    {
        for (var number = 0; number < group.Members.Count; number++)
        {
            var (earlier, earlierName) = (group.Members[number], $"{name}.{number}");
            if (earlier.Group is { } inner)
                CheckStart(inner, earlierName);
            else if (earlier.Ready.IsReported && !_stoppedAlone.Contains(earlierName) && _tracks.FirstOrDefault(track => track.Name == earlierName) is { } first)
                CheckStartAfter(group, name, first);
        }
    }

    private void CheckStartAfter(GroupSpec group, string name, MemberTrack earlier)
    {
        var higher = group.Members.Select((member, number) => (member.Order, Name: $"{name}.{number}")).Where(member => member.Order > earlier.Spec.Order)
            .Select(static member => member.Name).ToList();
        foreach (var later in _tracks.Where(track => track.FirstStartedAt != 0 && IsLater(track)))
        {
            // Stamped before the member reports or ends, and so never after the start that follows.
            var isReady = IsBefore(earlier.FirstReadyAt) || IsBefore(earlier.FirstCompletedAt);
            // Only a group that goes on without the member may start more after a failure.
            var isHarmless = (earlier.Spec.Policy ?? group.Policy).Kind == PolicyKind.KeepRunning && (IsBefore(earlier.FirstEndedAt)
                || _time.GetElapsedTime(_startedAt, later.FirstStartedAt) >= (_unit * earlier.Spec.Ready.Limit) - TimeSpan.FromMilliseconds(20));
            Require(isReady || isHarmless, $"{later.Name} was started though {earlier.Name} of an earlier order was not ready");

            bool IsBefore(long stamp) => stamp != 0 && stamp <= later.FirstStartedAt;
        }

        // The members of a later group too, however deep, and what was added to the outermost group meanwhile.
        bool IsLater(MemberTrack track) => higher.Exists(one => track.Name == one || track.Name.StartsWith($"{one}.", StringComparison.Ordinal))
            || (name == "m" && track.Spec.Order > earlier.Spec.Order && track.Name.StartsWith("added", StringComparison.Ordinal));
    }

    /// <summary>Checks that a lower order was asked in its turn, and before the abort.</summary>
    private void CheckOrder()
    {
        var steps = _race.Lanes.SelectMany(static lane => lane).ToList();
        var members = _race.Group.Members;
        var isAborted = steps.Exists(static step => step.Operation is GroupOperation.RequestAbort);
        var isDisposed = steps.Exists(static step => step.Operation is GroupOperation.Dispose);
        var graces = steps.Where(static step => step.Operation is GroupOperation.RequestStopWithGrace or GroupOperation.Stop or GroupOperation.StopAsync)
            .Select(static step => step.Units).Append(_race.LastGrace).Append(_race.Group.Grace).ToList();
        var added = steps.Where(static step => step.Operation == GroupOperation.Add).Select(static step => step.Added.Order);
        var stages = members.Select(static member => member.Order).Concat(added).Distinct().Count();
        if (_late is not null || isAborted || isDisposed || stages == 0)
            return;
        var tracks = _tracks.Where(track => members.Any(member => ReferenceEquals(member, track.Spec)) && !_stoppedAlone.Contains(track.Name) && track.Starts == 1).ToList();
        var share = _unit * graces.Min() / stages;
        // A fault asks the others at a time that is not known here.
        var mayFault = _race.Group.Policy.Kind == PolicyKind.RestartAlways || members.Any(static member => member.MayFault)
            || steps.Exists(static step => step.Operation == GroupOperation.Add && step.Added.MayFault);
        foreach (var lower in tracks.Where(static track => track.AskedAt != 0))
        {
            foreach (var upper in tracks.Where(upper => upper.Spec.Order > lower.Spec.Order && !mayFault && _askedAt != 0))
            {
                var ranStill = upper.StartedAt < lower.AskedAt && (upper.EndedAt == 0 || upper.EndedAt > lower.AskedAt);
                var waited = _time.GetElapsedTime(_askedAt, lower.AskedAt);
                Require(
                    !ranStill || waited >= share - TimeSpan.FromMilliseconds(20),
                    $"{lower.Name} was asked {waited.TotalMilliseconds:0} ms after the request, while {upper.Name} of a higher order ran; a share is {share.TotalMilliseconds:0} ms");
            }

            Require(
                graces.Min() < 4 || lower.AskedStage < StopStage.Aborting || lower.Spec.Deed is MemberDeed.Stubborn || lower.Spec.Ready.Kind is ReadyKind.TooLate,
                $"{lower.Name} was first asked when it was already aborted, {_time.GetElapsedTime(_askedAt, lower.AskedAt).TotalMilliseconds:0} ms after the request",
                isTiming: true);
        }
    }

    private void CheckEnd(int starts, StopReport report)
    {
        foreach (var request in _unbounded)
            Require(request.Wait(Patience), "a request has not returned after all was released");
        Require(_group.Completion.Wait(Patience), "the group's Completion has not ended");
        foreach (var (worker, isAccepted) in _workers)
        {
            if (isAccepted)
                Require(worker.Completion.Wait(Patience), $"Completion of {worker.Name} has not ended, its state is {worker.State}");
            else
                Require(worker.State == WorkerState.Created || _stoppedAlone.Contains(worker.Name), $"{worker.Name} was not accepted, but is {worker.State}");
        }

        foreach (var track in _tracks)
        {
            var ended = SpinWait.SpinUntil(() => track.Running == 0, Patience);
            Require(ended, $"{track.Name} runs on after all was released");
            Require(track.MostAtOnce <= 1, $"{track.MostAtOnce} instances of {track.Name} ran at once");
        }

        // What waited for a thread of the pool when it was given up is named late, and may begin when there is one.
        var startsNow = _tracks.Sum(static track => track.Starts);
        Require(startsNow <= starts + report.Late.Count, $"{startsNow - starts} bodies have started after Stop had returned");
        CheckOutcome();
    }

    private void CheckOutcome()
    {
        var result = _group.Completion.Result;
        if (result.Outcome is WorkerOutcome.Faulted or WorkerOutcome.Abandoned)
            return;
        // With a restart policy a stop may come while the member that failed is started anew.
        var failed = _tracks.FirstOrDefault(track => track.HasThrown
            && track.Spec.Deed != MemberDeed.Exits
            && !track.Spec.MayRestartIn(_race.Group)
            && _race.Group.Members.Any(member => ReferenceEquals(member, track.Spec)));
        Require(failed is null, $"{failed?.Name} has failed and was not restarted, but the group ended as '{result}'");
        var notReady = _named.Find(static worker => worker.WhenReady.Exception?.InnerException is TimeoutException);
        Require(notReady is null, $"{notReady?.Name} was not ready in time, but the group ended as '{result}'");
        Require(_group.Report.IsComplete, $"all has ended, but the report says:\n{_group.Report}");
    }
}
