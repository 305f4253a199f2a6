using System.Diagnostics;
using System.Globalization;

namespace StopKit.Benchmarks;

/// <summary>The first stop of a process, in fresh processes.</summary>
internal static class ColdContests
{
    internal static IEnumerable<Contest> All()
    {
        yield return new()
        {
            Works = ["first stop of a cold process, a plain source: request returns", "the same: a blocked thread runs"],
            Rounds = 21,
            IsWarmedUp = false,
            StopKit = Child("StopKit", ColdPrograms.Source),
            Others = [Child("`CancellationTokenSource`", ColdPrograms.Cancellation, 8, 8)],
        };
        yield return new()
        {
            Works = ["first stop of a process with a worker: request returns", "the same: the worker runs"],
            Rounds = 21,
            IsWarmedUp = false,
            StopKit = Child("StopKit", ColdPrograms.Worker),
            Others = [Child("`Thread`, `CancellationTokenSource`", ColdPrograms.PlainThread, 1.0, 1.0)],
        };
        yield return new()
        {
            Works = ["first signal of a process: a blocked thread runs"],
            Rounds = 21,
            IsWarmedUp = false,
            StopKit = Child("StopKit `ShutdownSignals`", ColdPrograms.Signals),
            Others = [Child("`PosixSignalRegistration`, `CancellationTokenSource`", ColdPrograms.Registration, 1.0)],
        };
    }

    private static Contestant Child(string name, string program, params double[] targets) => new(name, () =>
    {
        var path = Environment.ProcessPath!;
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(path) == "dotnet")
            start.ArgumentList.Add(typeof(ColdContests).Assembly.Location);
        start.ArgumentList.Add("child");
        start.ArgumentList.Add(program);
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return [.. output.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static text => new Measurement(double.Parse(text, CultureInfo.InvariantCulture)))];
    }, targets);
}
