using System.Diagnostics.Metrics;

namespace StopKit;

/// <summary>An instrument that is made in the background, when its first value is recorded.</summary>
/// <remarks>
/// Making it may make the meter and calls listeners, so it must not happen on the way of a stop. What is recorded before it is made
/// is kept for the listeners that wait for it; one that is attached in these milliseconds is told as well.
/// </remarks>
internal sealed class LateInstrument<T>(Func<Meter, T> make)
    where T : Instrument
{
    private T? _made;

    /// <summary>Records a value if a listener wants it. Without one, nothing is formatted or allocated once the instrument is there.</summary>
    internal void Record<TValue>(TValue value, Action<T, TValue> record)
    {
        // Asked here, because it only reads a field: a listener that is attached later must not be told of what came before it.
        if (Volatile.Read(ref _made) is not { Enabled: false })
            StopKitMeter.Record(this, value, record);
    }

    /// <summary>Gets the instrument; called in the background, by one thread at a time.</summary>
    internal T Get()
    {
        if (_made is null)
            Volatile.Write(ref _made, make(StopKitMeter.Meter)); // release: a producer that sees it sees it whole
        return _made!;
    }
}
