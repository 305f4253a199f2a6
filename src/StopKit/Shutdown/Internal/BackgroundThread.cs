namespace StopKit;

/// <summary>Starts the threads of this room: whatever a stop does must need no thread of the pool.</summary>
internal static class BackgroundThread
{
    internal static Thread Start(string name, Action action)
    {
        var thread = new Thread(() => action()) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }
}
