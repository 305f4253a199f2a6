using System.Globalization;
using Microsoft.Extensions.Options;

namespace StopKit.Hosting;

/// <summary>Checks the options when the host starts; each message names the key and the range of its values.</summary>
internal sealed class StopKitOptionsCheck : IValidateOptions<StopKitOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue); // what the platform's own timers take

    public ValidateOptionsResult Validate(string? name, StopKitOptions options)
    {
        string?[] failures =
        [
            Check(nameof(options.Grace), options.Grace, mayBeInfinite: true),
            Check(nameof(options.AbortPeriod), options.AbortPeriod, mayBeInfinite: true),
            Check(nameof(options.DrainDelay), options.DrainDelay, mayBeInfinite: false),
            Check(nameof(options.Debounce), options.Debounce, mayBeInfinite: false),
            options.FailurePolicy is null
                ? $"{StopKitOptions.Section}:{nameof(options.FailurePolicy)} is null, but must be a FailurePolicy."
                : null,
        ];
        var real = failures.OfType<string>().ToList();
        return real.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(real);
    }

    /// <summary>Says which values a key takes.</summary>
    internal static string Range(bool mayBeInfinite) =>
        $"from {Text(TimeSpan.Zero)} to {Text(Longest)}{(mayBeInfinite ? $", or {Text(Timeout.InfiniteTimeSpan)} for no limit" : "")}";

    private static string? Check(string key, TimeSpan value, bool mayBeInfinite) =>
        (value >= TimeSpan.Zero && value <= Longest) || (mayBeInfinite && value == Timeout.InfiniteTimeSpan)
            ? null
            : $"{StopKitOptions.Section}:{key} is {Text(value)}, but must be {Range(mayBeInfinite)}.";

    private static string Text(TimeSpan value) => value.ToString("c", CultureInfo.InvariantCulture);
}
