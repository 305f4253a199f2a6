using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>
/// The meter <c>StopKit</c>, and the way to its listeners: they are called by the <see cref="BackgroundWriter"/> alone.
/// </summary>
internal static class StopKitMeter
{
    /// <summary>
    /// Gets the meter, made on first use: that costs a cold process 11 ms, and is for the background.
    /// </summary>
    internal static Meter Meter => Made.Meter;

    /// <summary>
    /// Gets a value indicating whether there are measurements that the listeners have not been told yet.
    /// </summary>
    internal static bool HasPending => Listeners.Instance.Pending > 0 || BackgroundWriter.IsStarting;

    /// <summary>Records a value in the background.</summary>
    internal static void Record<T, TValue>(LateInstrument<T> instrument, TValue value, Action<T, TValue> record)
        where T : Instrument => BackgroundWriter.Post(new Measurement<T, TValue>(instrument, value, record));

    private static class Made
    {
        internal static readonly Meter Meter = new("StopKit", typeof(StopKitMeter).Assembly.GetName().Version?.ToString(3));
    }

    private sealed class Measurement<T, TValue>(LateInstrument<T> instrument, TValue value, Action<T, TValue> record)
        : WriterEntry(Listeners.Instance)
        where T : Instrument
    {
        protected override void WriteInFlow() => record(instrument.Get(), value);
    }

    /// <summary>All listeners are one lane: the platform calls them one after the other.</summary>
    private sealed class Listeners : WriterLane
    {
        internal static readonly Listeners Instance = new();

        protected override void ReportDropped(int count)
        {
            // Nowhere to report: the listeners that did not keep up are all there is.
        }
    }
}
