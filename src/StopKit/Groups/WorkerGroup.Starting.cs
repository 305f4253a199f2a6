namespace StopKit;

/// <content>The ordered start.</content>
public partial class WorkerGroup
{
    private readonly SortedList<int, List<GroupMember>> _unstarted = []; // members that count as alive and wait for their order's turn
    private readonly List<GroupMember> _awaited = []; // members of the orders so far, for which the next order may have to wait
    private int? _starting; // the order that is being started; null before and after

    // Ready when all members of all orders are, which the start finds out.
    private protected override bool IsReadyOnceRunning => false;

    /// <summary>Lets the start of the next order know that it need not wait for a member.</summary>
    internal void Settle(GroupMember member)
    {
        lock (_lock)
            member.Settle();
    }

    /// <summary>
    /// Tells whether an order, here or in a group around, has not been started because a member is not ready.
    /// </summary>
    private bool HoldsUpStart(GroupMember member)
    {
        lock (_lock)
        {
            if (_starting is null || member.IsSettled || !_awaited.Contains(member))
                return false;
            if (_unstarted.Count > 0)
                return true;
        }

        // Not under the lock: the group around takes its own.
        return Membership is GroupMember around && ((WorkerGroup)around.Group).HoldsUpStart(around);
    }

    /// <summary>Counts a member, which is to be started when its order's turn comes; called under the lock.</summary>
    private void Await(GroupMember member)
    {
        _alive++;
        member.Stage.Alive++;
        if (!_unstarted.TryGetValue(member.Stage.Order, out var members))
            _unstarted.Add(member.Stage.Order, members = []);
        members.Add(member);
    }

    /// <summary>
    /// Starts order after order, each when all members of the one before are ready or will not run any more.
    /// </summary>
    /// <remarks>
    /// On the thread that starts the group, up to the first order that is not ready at once; then on the pool.
    /// </remarks>
    private async Task StartInOrderAsync()
    {
        while (TakeNextOrder(out var unready) is { } members)
        {
            foreach (var member in members)
                member.Start();
            // A stop needs no look: it ends the members, and one that has ended is settled.
            await unready.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes the members of the next order, or none and what to wait for; null if there are no more, and then the group
    /// is ready, or if the group is to stop.
    /// </summary>
    private List<GroupMember>? TakeNextOrder(out Task unready)
    {
        unready = Task.CompletedTask;
        lock (_lock)
        {
            // What is left then is for the stop to end.
            if (_isClosed || Source.IsStopRequested)
                return null;
            // In one step with the look for the next order, because members may be added to this one at any moment.
            _awaited.RemoveAll(static member => member.IsSettled);
            if (_awaited.Count > 0)
            {
                unready = Task.WhenAll(_awaited.Select(static member => member.WhenSettled()));
                return [];
            }

            if (_unstarted.Count > 0)
            {
                _starting = _unstarted.GetKeyAtIndex(0);
                var members = _unstarted.GetValueAtIndex(0);
                _unstarted.RemoveAt(0);
                _awaited.AddRange(members);
                return members;
            }

            _starting = null;
        }

        SetReady();
        return null;
    }

    /// <summary>Takes every member that was not started, so that none will be; called under the lock.</summary>
    private List<GroupMember> TakeUnstarted()
    {
        List<GroupMember> members = [.. _unstarted.Values.SelectMany(static members => members)];
        _unstarted.Clear();
        return members;
    }
}
