using System.Runtime.InteropServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>A program that has a handler of its own for Ctrl+C, made before or after StopKit's.</summary>
internal static class OwnHandlers
{
    private static PosixSignalRegistration? _registration;

    public static int Run(string handler, bool isFirst, string[] args)
    {
        if (isFirst)
            Add(handler);
        return StopApp.Run(
            stop =>
            {
                if (!isFirst)
                    Add(handler);
                Console.WriteLine("ready");
                stop.Wait();
                Console.WriteLine($"stopping: {stop.Reason}");
                Console.In.ReadToEnd();
                Console.WriteLine($"ends, abort: {stop.AbortReason?.Message ?? "none"}");
                _registration?.Dispose();
            },
            ShutdownArguments.Parse(args));
    }

    private static void Add(string handler)
    {
        switch (handler)
        {
            case "key" or "key-cancels":
#pragma warning disable RS0030 // this is the program that uses it
                Console.CancelKeyPress += (_, e) =>
#pragma warning restore RS0030
                {
                    e.Cancel |= handler == "key-cancels";
                    Console.WriteLine("own handler");
                };
                break;
            default:
                _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
                {
                    context.Cancel |= handler == "registration-cancels";
                    Console.WriteLine("own handler");
                });
                break;
        }
    }
}
