using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StopKit.Hosting;

/// <summary>
/// Keeps the health checks of a host that is not ready yet, or stops, out of the log: they fail on purpose, and each
/// probe would be logged as an error.
/// </summary>
internal sealed class HealthLogFilter(HostState state) : IPostConfigureOptions<LoggerFilterOptions>
{
    private const string Category = "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService";

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        // A rule of the program for this very category stands.
        if (options.Rules.Any(static rule => rule.CategoryName == Category))
            return;
        var lowest = options.Rules
            .Where(static rule => rule.ProviderName is null)
            .Where(static rule => Category.StartsWith(rule.CategoryName ?? "", StringComparison.OrdinalIgnoreCase))
            .OrderBy(static rule => rule.CategoryName?.Length ?? 0).LastOrDefault()?.LogLevel ?? options.MinLevel;
        options.Rules.Add(new LoggerFilterRule(
            providerName: null, Category, lowest, (_, _, level) => level < LogLevel.Warning || state.IsReady));
    }
}
