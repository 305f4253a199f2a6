global using TestAttribute = Xunit.FactAttribute;
using StopKit;
using Xunit;

public sealed partial class Tests
{
    private static void Check(Bank bank, WorkerResult result) => Assert.Equal(100, bank.Sum);
}
