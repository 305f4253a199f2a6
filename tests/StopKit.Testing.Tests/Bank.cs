namespace StopKit.Testing.Tests;

/// <summary>Two accounts between which a worker moves money, and ways to do that.</summary>
internal sealed class Bank
{
    private const int Transfers = 10;

    internal int From { get; private set; } = 50;

    internal int To { get; private set; } = 50;

    internal void MustBeWhole()
    {
        if (From + To != 100)
            throw new InvalidOperationException($"Expected 100, but found {From + To}.");
    }

    internal void TransferInHalves(StopToken stop)
    {
        for (var transfer = 0; transfer < Transfers; transfer++)
        {
            stop.ThrowIfStopRequested();
            From--;
            if (transfer == 3)
                stop.ThrowIfStopRequested(); // the fault
            To++;
        }
    }

    internal void TransferWhole(StopToken stop)
    {
        for (var transfer = 0; transfer < Transfers && !stop.IsStopRequested; transfer++)
        {
            From--;
            To++;
        }
    }
}
