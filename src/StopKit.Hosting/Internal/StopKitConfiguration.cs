using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace StopKit.Hosting;

/// <summary>Reads the options from the section <c>StopKit</c> of the configuration.</summary>
/// <remarks>
/// By hand: the binder of the platform names no range in its messages, needs reflection, and takes "20" for 20 days.
/// </remarks>
internal sealed class StopKitConfiguration(IConfiguration? configuration) : IConfigureOptions<StopKitOptions>
{
    public void Configure(StopKitOptions options)
    {
        if (configuration?.GetSection(StopKitOptions.Section) is not { } section)
            return;
        var failures = new List<string>();
        options.Grace = Time(nameof(options.Grace), options.Grace, mayBeInfinite: true);
        options.AbortPeriod = Time(nameof(options.AbortPeriod), options.AbortPeriod, mayBeInfinite: true);
        options.DrainDelay = Time(nameof(options.DrainDelay), options.DrainDelay);
        options.Debounce = Time(nameof(options.Debounce), options.Debounce);
        options.Hint = section[nameof(options.Hint)] ?? options.Hint;
        options.SignalExitCodes = Flag(nameof(options.SignalExitCodes), options.SignalExitCodes);
        options.StopHostWhenCompleted = Flag(nameof(options.StopHostWhenCompleted), options.StopHostWhenCompleted);
        if (failures.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(StopKitOptions), failures);

        TimeSpan Time(string key, TimeSpan before, bool mayBeInfinite = false)
        {
            if (section[key] is not { Length: > 0 } text)
                return before;
            if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value))
                return value;
            failures.Add($"{section.Path}:{key} is '{text}', but must be a time as hh:mm:ss, {StopKitOptionsCheck.Range(mayBeInfinite)}.");
            return before;
        }

        bool Flag(string key, bool before)
        {
            if (section[key] is not { Length: > 0 } text)
                return before;
            if (bool.TryParse(text, out var value))
                return value;
            failures.Add($"{section.Path}:{key} is '{text}', but must be true or false.");
            return before;
        }
    }
}
