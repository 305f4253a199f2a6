namespace StopKit.ProcessTests.Package;

/// <summary>A program of a user's own, which calls a good part of the library and runs until a signal stops it.</summary>
internal static class OutsideProgram
{
    internal const string Source =
        """
        using System.Reflection;
        using System.Runtime.Versioning;
        using Microsoft.Extensions.Logging;
        using StopKit;

        var assembly = typeof(StopSource).Assembly;
        Console.WriteLine(assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
        Console.WriteLine(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);

        using var source = new StopSource();
        using var child = StopSource.LinkedTo(source.Token);
        using var registration = child.Token.OnStop(reason => Console.WriteLine($"called back: {reason}"));
        Console.WriteLine($"first: {source.RequestStop("the package works", grace: TimeSpan.Zero)}");
        Console.WriteLine($"waited: {child.Token.Wait(TimeSpan.FromMinutes(1))}");
        Console.WriteLine($"{child.Token.Stage}: {child.Token.AbortReason}");
        try
        {
            child.Token.ThrowIfStopRequested();
        }
        catch (StopRequestedException exception)
        {
            Console.WriteLine($"thrown: {exception.Reason}");
        }

        var thread = new Thread(() => { });
        thread.Start();
        using var worker = ThreadWorker.Start("worker", stop =>
        {
            stop.Checkpoint();
            stop.Wait();
        });
        worker.RequestStop();
        var joined = Join.All(TimeSpan.FromMinutes(1), [((Joinable)thread).Named("thread"), Task.CompletedTask, worker]); // in brackets for the C# 12 of .NET 8
        Console.WriteLine($"joined: {joined.IsComplete}, last at {joined.Entries[2].LastCheckpoint!.Member}");

        var ticked = new StopEvent();
        var logger = new ConsoleLogger();
        var hasFailed = new StopFlag();
        var restarted = new StopEvent();
        using var app = new WorkerGroup("app", FailurePolicy.Restart(TimeSpan.FromMilliseconds(1), limit: 1), new WorkerOptions { Logger = logger });
        var printer = new Printer();
        app.Add(printer);
        app.Add(() => new Ticker(ticked), order: 1);
        app.Add("fragile", (StopToken stop) =>
        {
            if (hasFailed.Set())
                throw new InvalidOperationException("once");
            restarted.Set();
            stop.Wait();
        }, order: 2);
        app.Add("poster", async stop =>
        {
            await ticked.WaitAsync(stop);
            await restarted.WaitAsync(stop); // a stop before that would find the group failed
            await printer.PostAsync("item");
            await stop.WaitAsync(Timeout.InfiniteTimeSpan);
        }, order: 3);

        var exitCode = await StopApp.RunAsync(app, new ShutdownOptions { SignalExitCodes = true });
        Console.WriteLine($"complete: {app.Report.IsComplete}");
        foreach (var entry in app.Report.Entries)
            Console.WriteLine($"{entry.Path}: {entry.Outcome} ({entry.Reason})");
        Console.WriteLine(app.Report.ToMermaid().Split('\n')[0]);
        return exitCode;

        internal sealed class Ticker(StopEvent ticked) : PeriodicWorker(TimeSpan.FromMilliseconds(10), "ticker")
        {
            protected override Task TickAsync(StopToken stop)
            {
                ticked.Set();
                return Task.CompletedTask;
            }
        }

        internal sealed class Printer() : QueueWorker<string>(capacity: 1, "printer")
        {
            protected override Task HandleAsync(string item, StopToken stop)
            {
                Console.WriteLine($"handled: {item}");
                return Task.CompletedTask;
            }
        }

        internal sealed class ConsoleLogger : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                Console.Error.WriteLine($"{eventId.Id} {formatter(state, exception)}");
        }
        """;

    /// <summary>What it prints before it can be stopped.</summary>
    internal static string[] Beginning(string version, string targetFramework) =>
    [
        $".NETCoreApp,Version=v{targetFramework["net".Length..]}",
        version,
        "called back: the package works",
        "first: True",
        "waited: True",
        "Aborting: grace of 0 ms expired",
        "thrown: the package works",
        "joined: True, last at <Main>$",
        "handled: item",
    ];

    /// <summary>What it prints from SIGTERM on.</summary>
    internal static readonly string[] End =
    [
        "complete: True",
        "app/printer: Stopped (SIGTERM received)",
        "app/ticker: Stopped (SIGTERM received)",
        "app/fragile: Stopped (SIGTERM received)",
        "app/poster: Stopped (SIGTERM received)",
        "gantt",
    ];
}
