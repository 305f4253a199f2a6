using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>The meter <c>StopKit</c>, and the one way to record a value: what a listener throws ends here.</summary>
internal static class StopKitMeter
{
    internal static readonly Meter Meter = new("StopKit", typeof(StopKitMeter).Assembly.GetName().Version?.ToString(3));

    /// <summary>Records if a listener wants it: without one, nothing is formatted or allocated.</summary>
    internal static void Record<T>(Instrument instrument, T value, Action<T> record)
    {
        if (!instrument.Enabled)
            return;
        try
        {
            record(value);
        }
#pragma warning disable CA1031 // a listener runs in here: like a log, a broken one must not keep a program from stopping
        catch (Exception)
#pragma warning restore CA1031
        {
            // There is nowhere to report it.
        }
    }
}
