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

    /// <summary>Gets the one of an application.</summary>
    internal static RequestsWorker Of(IServiceProvider services)
    {
        var parts = services.GetService<StopKitHostParts>()
            ?? throw new InvalidOperationException("The services of this application do not have AddStopKit.");
        return parts.GetOrAdd(() => new RequestsWorker(services));
    }

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
        using var registration = stop.OnAbort(_ => Requests.Abort());
        // Its end means that each connection is closed, also one whose request was just being read and is counted in a moment.
        // Those that watch the stop keep theirs, until it is the server's own turn.
        await Task.WhenAny(StopServerAsync(), Requests.WhenOnlyWatchers()).ConfigureAwait(false);
        await Requests.WhenEmpty().ConfigureAwait(false);
        Requests.Close();
    }

    /// <summary>Stops the server, which closes at the abort of the host what connections are left.</summary>
    private async Task StopServerAsync() => await services.GetRequiredService<IServer>()
        .StopAsync(services.GetRequiredService<IHostStop>().Token.Aborting) // of the host: it may outlive this worker
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the host stops it too, and hears what it throws

    private static string Text((string Name, int Count, TimeSpan Age) kind) => string.Create(
        CultureInfo.InvariantCulture, $"{(kind.Count > 1 ? $"{kind.Count} x " : "")}{kind.Name}, {kind.Age.TotalSeconds:0.#} s");

    private TimeSpan Age((string Name, long StartedAt, long EndedAt) request) =>
        Options.TimeProvider.GetElapsedTime(request.StartedAt, request.EndedAt);
}
