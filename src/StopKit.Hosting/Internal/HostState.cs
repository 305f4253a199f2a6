namespace StopKit.Hosting;

/// <summary>How far the host is, for what must not depend on anything else, such as the log.</summary>
internal sealed class HostState
{
    private volatile bool _isReady;
    private volatile bool _isStopping;

    /// <summary>Gets or sets a value indicating whether the host has started and all workers are ready.</summary>
    internal bool IsReady
    {
        get => _isReady && !_isStopping;
        set => _isReady = value;
    }

    /// <summary>Gets or sets a value indicating whether a signal was received, or a stop requested.</summary>
    internal bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <summary>
    /// Gets or sets a value indicating whether a <c>BackgroundService</c> that fails stops the host, as the program
    /// wants it.
    /// </summary>
    internal bool ServiceFailureStops { get; set; } = true;

    /// <summary>
    /// Gets or sets the <c>HostOptions.ShutdownTimeout</c> that the program has set and that is too short; null if it
    /// has not.
    /// </summary>
    internal TimeSpan? ShortTimeout { get; set; }
}
