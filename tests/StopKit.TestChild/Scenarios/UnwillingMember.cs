using System.Globalization;
using System.Runtime.InteropServices;

namespace StopKit.TestChild.Scenarios;

/// <summary>Stops a group in which one member does not end, and prints what the waiting cost.</summary>
/// <remarks>In a process of its own, so that nobody else's work is measured, and a manual clock would not show a loop that asks again and again.</remarks>
internal static partial class UnwillingMember
{
    private const int ThisProcess = 2; // CLOCK_PROCESS_CPUTIME_ID

    public static async Task<int> RunAsync()
    {
        await ShareOfACoreAsync(TimeSpan.FromMilliseconds(10)); // warms up
        var share = await ShareOfACoreAsync(TimeSpan.FromSeconds(2));
        Console.WriteLine(share.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static async Task<double> ShareOfACoreAsync(TimeSpan grace)
    {
        var app = new WorkerGroup("app", options: new WorkerOptions { Grace = grace, AbortPeriod = grace });
        var mail = new WorkerGroup("mail", options: new WorkerOptions { Grace = grace / 2, AbortPeriod = grace });
        var isRunning = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEventSlim();
        mail.Add("sender", _ =>
        {
            isRunning.SetResult();
            release.Wait();
        });
        app.Add(mail);
        app.Start();
        await isRunning.Task;

        var (from, before) = (TimeProvider.System.GetTimestamp(), CpuTime());
        var result = await app.StopAsync();
        var (elapsed, used) = (TimeProvider.System.GetElapsedTime(from), CpuTime() - before);
        release.Set();
        await mail.Completion; // a wait for the member itself: the event is disposed after it
        return result.Outcome == WorkerOutcome.Abandoned && elapsed >= grace
            ? used / elapsed
            : throw new InvalidOperationException($"{result} after {elapsed}");
    }

    private static TimeSpan CpuTime()
    {
        if (ClockGetTime(ThisProcess, out var time) != 0)
            throw new InvalidOperationException($"clock_gettime: {Marshal.GetLastPInvokeErrorMessage()}");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000);
    }

    // To the nanosecond, where Process.TotalProcessorTime counts ticks of 10 ms.
    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out UnixTime time);

    [StructLayout(LayoutKind.Sequential)]
    private struct UnixTime
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
