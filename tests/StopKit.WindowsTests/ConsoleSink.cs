using Xunit.Abstractions;

namespace StopKit.WindowsTests;

/// <summary>Prints a test when it begins and when it ends, so that one that hangs is known.</summary>
internal sealed class ConsoleSink : Xunit.LongLivedMarshalByRefObject, IMessageSink
{
    internal ManualResetEventSlim DiscoveryEnded { get; } = new();

    internal ManualResetEventSlim RunEnded { get; } = new();

    internal List<ITestCase> Found { get; } = [];

    internal int Passed { get; private set; }

    internal int Failed { get; private set; }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found:
                Found.Add(found.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                DiscoveryEnded.Set();
                break;
            case ITestStarting begun:
                Print($"begins {begun.Test.DisplayName}");
                break;
            case ITestPassed passed:
                Passed++;
                Print($"passed {passed.Test.DisplayName}");
                break;
            case ITestFailed failed:
                Fail(failed.Test.DisplayName, failed);
                break;
            case IErrorMessage error:
                Fail("outside of a test", error);
                break;
            case ITestAssemblyFinished end:
                Print($"{end.TestsRun} tests, {Passed} passed, {Failed} failed, {end.TestsSkipped} skipped");
                RunEnded.Set();
                break;
        }

        return true;
    }

    private static void Print(string line) => Console.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}");

    private void Fail(string name, IFailureInformation failure)
    {
        Failed++;
        Print($"FAILED {name}: {string.Join("\n", failure.Messages)}\n{string.Join("\n", failure.StackTraces)}");
    }
}
