namespace Importer;

/// <summary>Where orders are booked: what is taken from the stock has to be in the sales.</summary>
public sealed class Ledger
{
    public int Stock { get; private set; } = 100;

    public int Sold { get; private set; }

    public void Take(int count) => Stock -= count;

    public void Sell(int count) => Sold += count;
}
