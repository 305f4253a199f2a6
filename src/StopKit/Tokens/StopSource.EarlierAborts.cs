namespace StopKit;

/// <content>Telling those below that an abort was brought forward.</content>
public sealed partial class StopSource
{
    /// <summary>
    /// Tells every context below, once for each of its sources; does nothing while no ordered stop runs in the process.
    /// </summary>
    private void TellAbortMoved()
    {
        if (!StopContext.ListensForDeadlines)
            return;
        var sources = new Stack<StopSource>([this]);
        HashSet<StopSource> seen = []; // scopes with several parents are reached on several ways
        while (sources.TryPop(out var source))
        {
            if (!seen.Add(source))
                continue;
            source.Context.OnAbortMoved();
            source._gate.Enter();
            try
            {
                for (var child = source.State?.Children.Newest; child is not null; child = child.Next)
                    sources.Push(child.Child); // may allocate, as a request does under this gate
            }
            finally
            {
                source._gate.Exit();
            }
        }
    }
}
