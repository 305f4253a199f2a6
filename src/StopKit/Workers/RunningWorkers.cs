namespace StopKit;

/// <summary>Every worker of the process that was started and has not ended, so that a program that must end can name who holds it up.</summary>
internal static class RunningWorkers
{
    private static readonly object Gate = new();
    private static Worker? _newest; // a list through the workers themselves: a hundred thousand of them cost no more than two references each

    internal static void Add(Worker worker)
    {
        lock (Gate)
        {
            worker.Older = _newest;
            if (_newest is not null)
                _newest.Newer = worker;
            _newest = worker;
        }
    }

    internal static void Remove(Worker worker)
    {
        lock (Gate)
        {
            if (worker.Newer is not null)
                worker.Newer.Older = worker.Older;
            else if (_newest == worker)
                _newest = worker.Older;
            if (worker.Older is not null)
                worker.Older.Newer = worker.Newer;
            worker.Older = worker.Newer = null;
        }
    }

    /// <summary>Who is running, oldest first.</summary>
    internal static List<Worker> Snapshot()
    {
        var workers = new List<Worker>();
        lock (Gate)
        {
            for (var worker = _newest; worker is not null; worker = worker.Older)
                workers.Add(worker);
        }

        workers.Reverse();
        return workers;
    }
}
