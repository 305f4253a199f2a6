using Microsoft.Extensions.Logging;

namespace StopKit.TestChild.Scenarios;

/// <summary>Programs that cannot end, each for another reason.</summary>
internal static class StuckProgram
{
    private static readonly ManualResetEventSlim Never = new();

    public static Task<int> RunAsync(string form, string[] args)
    {
        var options = ShutdownArguments.Parse(args);
        return form switch
        {
            "stop-callback" => Sync(stop => stop.OnStop(_ => Never.Wait()), options),
            "abort-callback" => Sync(stop => stop.OnAbort(_ => Never.Wait()), options),
            "cancellation-callback" => Sync(stop => stop.Stopping.UnsafeRegister(_ => Never.Wait(), null), options),
            "finally" => Task.FromResult(StopApp.Run(WaitInFinally, options)),
            "spin" => Task.FromResult(StopApp.Run(Spin, options)),
            "logger" => Sync(_ => { }, WithBlockedLogger(options)),
            "logger-at-end" => Task.FromResult(StopApp.Run(Stop, WithBlockedLogger(options))),
            "logger-at-end-async" => StopApp.RunAsync(StopAsync, WithBlockedLogger(options)),
            "locked-stderr" => Sync(_ => LockStandardError(), options),
            "exhausted-pool" => StopApp.RunAsync(WaitOnExhaustedPoolAsync, options),
            "foreground-thread" => Task.FromResult(StopApp.Run(LeaveForegroundThread, options)),
            "exit-handler" => Task.FromResult(StopApp.Run(LeaveExitHandler, options)),
            "worker" => Task.FromResult(StopApp.Run(LeaveWorker, options)),
            _ => throw new ArgumentException(form),
        };
    }

    private static Task<int> Sync(Action<StopToken> prepare, ShutdownOptions options) => Task.FromResult(StopApp.Run(
        stop =>
        {
            prepare(stop);
            Begin(stop);
            Never.Wait();
        },
        options));

    private static void Begin(StopToken stop)
    {
        stop.Checkpoint("Drain", "/src/mail/Mailer.cs", 42);
        new Thread(() =>
        {
            stop.Wait();
            Console.WriteLine("stopping");
        }) { IsBackground = true }.Start();
        Console.WriteLine("ready");
    }

    private static void Stop(StopToken stop)
    {
        Begin(stop);
        stop.Wait();
    }

    private static async Task StopAsync(StopToken stop)
    {
        Begin(stop);
        await stop.WaitAsync(Timeout.InfiniteTimeSpan);
    }

    private static void WaitInFinally(StopToken stop)
    {
        try
        {
            Begin(stop);
            stop.Wait();
        }
        finally
        {
            Console.WriteLine("in finally");
            Never.Wait();
        }
    }

    private static void Spin(StopToken stop)
    {
        Begin(stop);
        var turns = 0L;
        while (turns >= 0)
            turns++;
    }

    private static async Task WaitOnExhaustedPoolAsync(StopToken stop)
    {
        await Task.Yield();
        // Each thread that the pool adds is taken as well: its maximum is what it starts with.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMaxThreads(workers, ports);
        for (var i = 0; i < workers; i++)
            ThreadPool.UnsafeQueueUserWorkItem(_ => Never.Wait(), null);
        Begin(stop);
        await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        Never.Wait();
    }

    private static void LeaveForegroundThread(StopToken stop)
    {
        new Thread(() => Never.Wait()).Start();
        Begin(stop);
        stop.Wait();
        Console.WriteLine("main returns");
    }

    private static void LeaveExitHandler(StopToken stop)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Never.Wait();
        Begin(stop);
        stop.Wait();
        Console.WriteLine("main returns");
    }

    private static void LeaveWorker(StopToken stop)
    {
        ThreadWorker.Start("left", _ =>
        {
            Begin(stop);
            Never.Wait();
        });
        stop.Wait();
        Console.WriteLine("main returns");
    }

    private static void LockStandardError()
    {
        using var locked = new ManualResetEventSlim();
        new Thread(() =>
        {
            lock (Console.Error)
            {
                locked.Set();
                Never.Wait();
            }
        }) { IsBackground = true }.Start();
        locked.Wait();
    }

    private static ShutdownOptions WithBlockedLogger(ShutdownOptions options) => options with { Logger = new BlockedLogger() };

    private sealed class BlockedLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Never.Wait();
    }
}
