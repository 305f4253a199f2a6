using System.Diagnostics.Metrics;

namespace StopKit.TestSupport;

/// <summary>Keeps what the meter <c>StopKit</c> measures of whatever the calling test starts; of tests that run beside it nothing.</summary>
public sealed class Measurements : IDisposable
{
    private static readonly AsyncLocal<Measurements?> Flow = new();

    private readonly MeterListener _listener = new();
    private readonly List<(string Instrument, double Value, string Tags)> _all = [];

    public Measurements()
    {
        Flow.Value = this;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "StopKit")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Gets or sets a value indicating whether the listener throws, after it has kept what it was told.</summary>
    public bool Throws { get; set; }

    /// <summary>Gets the values of one instrument so far, and their tags such as <c>cause=Requested</c>; waits for what is yet to be recorded.</summary>
    public IReadOnlyList<(double Value, string Tags)> Of(string instrument)
    {
        BackgroundWriter.Flush(Patience.Limit);
        lock (_all)
            return [.. _all.Where(one => one.Instrument == instrument).Select(one => (one.Value, one.Tags))];
    }

    public void Dispose()
    {
        Flow.Value = null;
        _listener.Dispose();
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Flow.Value != this)
            return;
        var text = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        lock (_all)
            _all.Add((instrument.Name, value, text));
        if (Throws)
            throw new InvalidOperationException("broken listener");
    }
}
