using StopKit;

namespace Importer;

/// <summary>Books each order once a minute, again and again.</summary>
public sealed class OrderImporter(Ledger ledger, string[] orders) : AsyncWorker("importer")
{
    public int Rounds { get; private set; }

    protected override async Task RunAsync(StopToken stop)
    {
        do
        {
            foreach (var order in orders)
                await BookAsync(int.Parse(order.Split(' ')[1]), stop);
            Rounds++;
        }
        while (!await stop.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private async Task BookAsync(int count, StopToken stop)
    {
        stop.ThrowIfStopRequested();
        ledger.Take(count);
        if (count > 10)
            await stop.WaitAsync(TimeSpan.FromSeconds(1)); // large orders are booked with a pause: no harm in that
        ledger.Sell(count);
    }
}

/// <summary>The same with a fault in the branch that few orders take.</summary>
public sealed class HastyImporter(Ledger ledger, string[] orders) : AsyncWorker("importer")
{
    protected override Task RunAsync(StopToken stop)
    {
        foreach (var order in orders)
            Book(int.Parse(order.Split(' ')[1]), stop);
        return Task.CompletedTask;
    }

    private void Book(int count, StopToken stop)
    {
        stop.ThrowIfStopRequested();
        ledger.Take(count);
        if (count > 10)
            stop.ThrowIfStopRequested(); // the fault: a stop here leaves the order half booked
        ledger.Sell(count);
    }
}
