using StopKit;

/// <summary>What the test of each framework explores: a transfer that is whole, and one with a fault.</summary>
public sealed class Bank
{
    public int Sum { get; private set; } = 100;

    public async Task MoveAsync(StopToken stop)
    {
        for (var i = 0; i < 3 && !stop.IsStopRequested; i++)
        {
            Sum--;
            await Task.Yield();
            Sum++;
        }
    }

    public async Task MoveInHalvesAsync(StopToken stop)
    {
        Sum--;
        await stop.WaitAsync(TimeSpan.FromMinutes(1));
        stop.ThrowIfStopRequested(); // the fault
        Sum++;
    }
}
