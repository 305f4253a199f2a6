using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace StopKit;

/// <summary>A callback's place in the list of a <see cref="StopSource"/>.</summary>
/// <remarks>
/// A value; <c>default</c> is an empty registration, for which every member does nothing. Thread-safe, and usable after the source was disposed.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public readonly struct StopRegistration : IDisposable, IAsyncDisposable, IEquatable<StopRegistration>
{
    private readonly StopCallback? _callback;
    private readonly long _id;

    internal StopRegistration(StopCallback callback, long id)
    {
        _callback = callback;
        _id = id;
    }

    private string DebuggerDisplay => _callback is null ? "Empty"
        : _callback.Id != _id ? "Done or unregistered"
        : _callback.RunningThread != 0 ? "Running"
        : "Registered";

    /// <summary>Tells whether two values stand for the same registration.</summary>
    /// <param name="left">One registration.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do, or if both are empty.</returns>
    public static bool operator ==(StopRegistration left, StopRegistration right) => left.Equals(right);

    /// <summary>Tells whether two values stand for different registrations.</summary>
    /// <param name="left">One registration.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(StopRegistration left, StopRegistration right) => !left.Equals(right);

    /// <summary>Takes the callback back, without waiting.</summary>
    /// <returns>True if this call prevented the callback; false if it ran, is running, or was taken back before.</returns>
    public bool Unregister() => _callback is not null && _callback.Owner.Unregister(_callback, _id);

    /// <summary>
    /// Takes the callback back; if it is running on another thread, waits until it has returned, so that what it uses can be
    /// released afterwards.
    /// </summary>
    /// <remarks>
    /// Called from the callback itself it does not wait. Inside another callback prefer <see cref="Unregister"/>: two callbacks that wait
    /// for each other never end.
    /// </remarks>
    public void Dispose() => UnregisterOrWait()?.GetAwaiter().GetResult();

    /// <summary>Does what <see cref="Dispose"/> does, without blocking a thread.</summary>
    /// <returns>A task that ends when the callback cannot be running any more.</returns>
    public ValueTask DisposeAsync() => UnregisterOrWait() is { } returned ? new ValueTask(returned) : default;

    /// <summary>Tells whether two values stand for the same registration.</summary>
    /// <param name="other">The other registration.</param>
    /// <returns>True if they do, or if both are empty.</returns>
    public bool Equals(StopRegistration other) => _callback == other._callback && _id == other._id;

    /// <inheritdoc cref="Equals(StopRegistration)"/>
    /// <param name="obj">The other registration.</param>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is StopRegistration other && Equals(other);

    /// <summary>Gets a hash code that equal registrations share.</summary>
    /// <returns>The hash code.</returns>
    public override int GetHashCode() => HashCode.Combine(_callback, _id);

    private Task? UnregisterOrWait() => _callback?.Owner.UnregisterOrWait(_callback, _id);
}
