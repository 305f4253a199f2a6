namespace StopKit;

/// <summary>
/// Every worker of the process that was started and has not ended, so that a program that must end can name what holds
/// it up.
/// </summary>
internal static class RunningWorkers
{
    // Not a monitor: very many workers that end together would put each other to sleep there, for sections of a few instructions.
    private static SpinGate _gate;
    private static Worker? _newest; // a list through the workers themselves, so that each costs two references and no more
    private static int _count;

    internal static void Add(Worker worker)
    {
        _gate.Enter();
        worker.Older = _newest;
        if (_newest is not null)
            _newest.Newer = worker;
        _newest = worker;
        _count++;
        _gate.Exit();
    }

    internal static void Remove(Worker worker)
    {
        _gate.Enter();
        if (worker.Newer is not null)
            worker.Newer.Older = worker.Older;
        else if (_newest == worker)
            _newest = worker.Older;
        if (worker.Older is not null)
            worker.Older.Newer = worker.Newer;
        worker.Older = worker.Newer = null;
        _count--;
        _gate.Exit();
    }

    /// <summary>The workers that run, oldest first.</summary>
    internal static Worker[] Snapshot()
    {
        while (true)
        {
            // Not under the gate, because the garbage collector may come in between; with room for some that start meanwhile.
            var room = new Worker[Volatile.Read(ref _count) + 100];
            var count = Copy(room);
            if (count <= room.Length)
                return room[..count];
        }
    }

    /// <summary>Copies the list if there is room for it; returns how many there are.</summary>
    private static int Copy(Worker[] room)
    {
        _gate.Enter();
        var count = _count;
        var index = count;
        for (var worker = index <= room.Length ? _newest : null; worker is not null; worker = worker.Older)
            room[--index] = worker;
        _gate.Exit();
        return count;
    }
}
