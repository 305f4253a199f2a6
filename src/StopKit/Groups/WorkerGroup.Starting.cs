namespace StopKit;

/// <content>The ordered start.</content>
public partial class WorkerGroup
{
    private readonly SortedList<int, List<GroupMember>> _unstarted = []; // members that count as alive and wait for their order's turn
    private int? _starting; // the order that is being started; null before and after

    // Ready when all members of all orders are, which the start finds out.
    private protected override bool IsReadyOnceRunning => false;

    /// <summary>Lets the start of the next order know that it need not wait for a member.</summary>
    internal void Settle(GroupMember member)
    {
        lock (_lock)
            _ = member.WhenSettled();
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
        while (TakeNextOrder() is { } members)
        {
            foreach (var member in members)
                member.Start();
            Task[] unready;
            lock (_lock)
                unready = [.. members.Where(static member => !member.IsSettled).Select(static member => member.WhenSettled())];
            // A stop needs no look: it ends the members, and one that has ended is settled.
            foreach (var member in unready)
                await member.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes the members of the next order; null if there are none, and then the group is ready, or if the group is to
    /// stop.
    /// </summary>
    private List<GroupMember>? TakeNextOrder()
    {
        lock (_lock)
        {
            // What is left then is for the stop to end.
            if (_isClosed || Source.IsStopRequested)
                return null;
            if (_unstarted.Count > 0)
            {
                _starting = _unstarted.GetKeyAtIndex(0);
                var members = _unstarted.GetValueAtIndex(0);
                _unstarted.RemoveAt(0);
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
