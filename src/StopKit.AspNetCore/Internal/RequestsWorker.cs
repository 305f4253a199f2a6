using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace StopKit.AspNetCore;

/// <summary>Stands for the requests in flight: so they have their turn in the stop, before the workers that they use.</summary>
/// <remarks>
/// <code>
/// running ──stop──▶ the server takes no more connections ──all requests have ended──▶ closed
///                      └──abort──▶ each that is left is cut off ──all have ended──▶ closed
/// </code>
/// The host stops the server once more, later; a server does that once, and both calls end with it.
/// </remarks>
internal sealed class RequestsWorker(IServiceProvider services) : AsyncWorker("requests")
{
    private const int MostNames = 10; // one line of a report

    internal RequestsInFlight Requests { get; } = new();

    internal long Now => Options.TimeProvider.GetTimestamp();

    protected override string? ReportDetail
    {
        get
        {
            var now = Now;
            var kinds = Requests.Snapshot(now).GroupBy(static request => request.Name)
                .Select(kind => (Name: kind.Key, Count: kind.Count(), Age: kind.Max(Age)))
                .OrderByDescending(static kind => kind.Age).ToList();
            if (kinds.Count == 0)
                return null;
            var rest = kinds.Skip(MostNames).Sum(static kind => kind.Count);
            return string.Join("; ", kinds.Take(MostNames).Select(Text).Concat(rest > 0 ? [$"{rest} more"] : []));
        }
    }

    protected override async Task RunAsync(StopToken stop)
    {
        Requests.Follow(stop);
        await stop.WaitAsync().ConfigureAwait(false);
        // Not the stop's own token: that is cancelled before callbacks run, and requests are to be named and cut off here first.
        using var cutOff = new CancellationTokenSource();
        using var registration = stop.OnAbort(_ =>
        {
            Requests.Abort();
            cutOff.Cancel();
        });
        // It ends when each connection is closed: also one whose request was just being read, and is counted in a moment.
        await services.GetRequiredService<IServer>().StopAsync(cutOff.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the host stops it too, and hears what it throws
        await Requests.WhenEmpty().ConfigureAwait(false);
        Requests.Close();
    }

    private static string Text((string Name, int Count, TimeSpan Age) kind) => string.Create(
        CultureInfo.InvariantCulture, $"{(kind.Count > 1 ? $"{kind.Count} x " : "")}{kind.Name}, {kind.Age.TotalSeconds:0.#} s");

    private TimeSpan Age((string Name, long StartedAt, long EndedAt) request) =>
        Options.TimeProvider.GetElapsedTime(request.StartedAt, request.EndedAt);
}
