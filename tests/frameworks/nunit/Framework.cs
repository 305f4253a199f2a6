global using NUnit.Framework;
using StopKit;

public sealed partial class Tests
{
    private static void Check(Bank bank, WorkerResult result) => Assert.That(bank.Sum, Is.EqualTo(100));
}
