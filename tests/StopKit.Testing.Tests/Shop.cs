namespace StopKit.Testing.Tests;

/// <summary>What a shop does for each order.</summary>
public interface IDelivery
{
    Task PayAsync();

    Task<int> SendAsync(CancellationToken cancellation);
}

/// <summary>Takes the money, and sends the goods unless it is stopped between the two.</summary>
internal sealed class Shop : IDelivery
{
    private readonly IDelivery _delivery;

    internal Shop() => _delivery = new StopTestProbe().Wrap<IDelivery>(this);

    internal int Paid { get; private set; }

    internal int Sent { get; private set; }

    Task IDelivery.PayAsync()
    {
        Paid++;
        return Task.CompletedTask;
    }

    Task<int> IDelivery.SendAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(++Sent);
    }

    internal async Task SellAsync(StopToken stop)
    {
        stop.ThrowIfStopRequested();
        await _delivery.PayAsync();
        await _delivery.SendAsync(stop); // the fault: what was paid for has to be sent
    }
}
