namespace StopKit.TestSupport;

/// <summary>A lock among processes; it is free again when its holder ends, however it does.</summary>
public static class FileLock
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<IAsyncDisposable> TakeAsync(string path)
    {
        // flock(1) waits in the kernel, where .NET could only try again and again. It ends with its input, cat does.
        var holder = ChildProcess.Start("flock", "--no-fork", path, "sh", "-c", "echo locked; exec cat");
        await holder.WaitForLineAsync("locked", Limit);
        return holder;
    }
}
