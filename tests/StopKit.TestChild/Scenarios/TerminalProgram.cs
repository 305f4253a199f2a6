namespace StopKit.TestChild.Scenarios;

/// <summary>Sits on a terminal, reading from it or not, and never ends by itself.</summary>
internal static class TerminalProgram
{
    public static int Run(string form, string[] args) => StopApp.Run(
        stop =>
        {
            stop.OnStop(reason => Console.WriteLine($"[stop: {reason}]"));
            stop.OnAbort(reason => Console.WriteLine($"[abort: {reason}]"));
            switch (form)
            {
                case "line":
                    new Thread(() => Console.ReadLine()) { IsBackground = true }.Start();
                    break;
                case "key":
                    new Thread(() => Console.ReadKey(intercept: true)) { IsBackground = true }.Start();
                    break;
            }

            Console.WriteLine("[ready]");
            new ManualResetEventSlim().Wait(CancellationToken.None);
        },
        ShutdownArguments.Parse(args));
}
