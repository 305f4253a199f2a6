namespace StopKit.TestChild.Scenarios;

/// <summary>A program whose root runs on a thread, while no thread of the pool is free; its main is asynchronous all the same.</summary>
internal static class PoolFreeRoot
{
    public static async Task<int> RunAsync(string[] args)
    {
        var code = await StopApp.RunAsync(new Root(), ShutdownArguments.Parse(args));
        Console.WriteLine($"returned {code}");
        return code;
    }

    private sealed class Root() : ThreadWorker("root")
    {
        protected override void Run(StopToken stop)
        {
            ExhaustedPool.Make();
            Console.WriteLine("ready");
            stop.Wait();
        }
    }
}
