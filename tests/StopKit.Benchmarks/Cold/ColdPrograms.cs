using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace StopKit.Benchmarks;

/// <summary>The programs of <see cref="ColdContests"/>; each prints nanoseconds and ends.</summary>
internal static partial class ColdPrograms
{
    internal const string Source = "source";
    internal const string Cancellation = "cancellation";
    internal const string Worker = "worker";
    internal const string PlainThread = "thread";
    internal const string Signals = "signals";
    internal const string Registration = "registration";

    // What a program does before its first stop; each of them, so that no one has more time to warm up.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(0.5);

    private static long _woken;

    internal static int Run(string[] args)
    {
        _ = Stopwatch.GetElapsedTime(0, 1); // what times is compiled before
        switch (args[0])
        {
            case Source:
                RunSource();
                return 0;
            case Cancellation or PlainThread:
                RunCancellation();
                return 0;
            case Worker:
                RunWorker();
                return 0;
            case Signals:
                RunSignals();
                return 0;
            case Registration:
                RunRegistration();
                return 0;
            default:
                return 1;
        }
    }

    private static void RunSource()
    {
        var stop = new StopSource();
        var waiter = Start(() => stop.Token.Wait());
        var start = Stopwatch.GetTimestamp();
        stop.RequestStop();
        Print(start, Stopwatch.GetTimestamp(), waiter);
    }

    private static void RunCancellation()
    {
        var cancellation = new CancellationTokenSource();
        var waiter = Start(() => cancellation.Token.WaitHandle.WaitOne());
        var start = Stopwatch.GetTimestamp();
        cancellation.Cancel();
        Print(start, Stopwatch.GetTimestamp(), waiter);
    }

    private static void RunWorker()
    {
        var worker = ThreadWorker.Start("worker", static stop =>
        {
            stop.Wait();
            _woken = Stopwatch.GetTimestamp();
        });
        Thread.CurrentThread.Join(Life);
        var start = Stopwatch.GetTimestamp();
        worker.RequestStop();
        var returned = Stopwatch.GetTimestamp();
        worker.Join();
        Print(start, returned, waiter: null);
    }

    private static void RunSignals()
    {
        using var signals = ShutdownSignals.Listen(new ShutdownOptions { Hint = null });
        var waiter = Start(() => signals.Token.Wait());
        PrintSignal(waiter);
    }

    private static void RunRegistration()
    {
        var cancellation = new CancellationTokenSource();
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            cancellation.Cancel();
        });
        var waiter = Start(() => cancellation.Token.WaitHandle.WaitOne());
        PrintSignal(waiter);
    }

    private static Thread Start(Action wait)
    {
        var waiter = new Thread(() =>
        {
            wait();
            _woken = Stopwatch.GetTimestamp();
        });
        waiter.Start();
        Thread.CurrentThread.Join(Life);
        return waiter;
    }

    private static void PrintSignal(Thread waiter)
    {
        const int Terminate = 15;
        _ = NativeMethods.Kill(Environment.ProcessId, 0); // the call itself is compiled before
        var start = Stopwatch.GetTimestamp();
        _ = NativeMethods.Kill(Environment.ProcessId, Terminate);
        waiter.Join();
        Console.Write(Nanoseconds(start, _woken));
    }

    private static void Print(long start, long returned, Thread? waiter)
    {
        waiter?.Join();
        Console.Write($"{Nanoseconds(start, returned)} {Nanoseconds(start, _woken)}");
    }

    private static string Nanoseconds(long start, long end) =>
        Stopwatch.GetElapsedTime(start, end).TotalNanoseconds.ToString("0", CultureInfo.InvariantCulture);

    private static partial class NativeMethods
    {
        [LibraryImport("libc", EntryPoint = "kill")]
        internal static partial int Kill(int processId, int signal);
    }
}
