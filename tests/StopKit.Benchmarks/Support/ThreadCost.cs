using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.Benchmarks;

/// <summary>What work costs the thread that does it.</summary>
internal static partial class ThreadCost
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>Runs the work; returns nanoseconds and allocated bytes.</summary>
    /// <remarks>
    /// On Linux the nanoseconds are the thread's time on a processor, so that other programs of the machine do not
    /// count. The garbage collector runs on the allocating thread, and counts.
    /// </remarks>
    internal static (double Nanoseconds, long Bytes) Of(Action work)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Now();
        work();
        var time = Now() - start;
        return (time, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private static double Now()
    {
        if (OperatingSystem.IsLinux() && NativeMethods.ClockGetTime(ThreadCpuTime, out var time) == 0)
            return (time.Seconds * 1e9) + time.Nanoseconds;
        return Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal nint Seconds;
        internal nint Nanoseconds;
    }

    private static partial class NativeMethods
    {
        [LibraryImport("libc", EntryPoint = "clock_gettime")]
        internal static partial int ClockGetTime(int clock, out TimeSpec time);
    }
}
