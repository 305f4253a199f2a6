namespace StopKit.AspNetCore.TestChild;

/// <summary>What requests use: a worker that must not stop before they have ended.</summary>
public sealed class Database() : AsyncWorker("database")
{
    private volatile bool _isClosed;

    /// <summary>Gets an answer, if it is still open.</summary>
    internal string Read() => _isClosed ? throw new InvalidOperationException("the database is closed") : "ok";

    protected override async Task RunAsync(StopToken stop) => await stop.WaitAsync();

    protected override Task CleanUpAsync(StopToken shielded)
    {
        _isClosed = true;
        Console.WriteLine("database: closed");
        return Task.CompletedTask;
    }
}
