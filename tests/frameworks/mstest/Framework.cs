global using TestAttribute = Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using StopKit;

[TestClass]
public sealed partial class Tests
{
    private static void Check(Bank bank, WorkerResult result) => Assert.AreEqual(100, bank.Sum);
}
