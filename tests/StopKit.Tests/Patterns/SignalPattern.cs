namespace StopKit.Tests.Patterns;

/// <summary>The tests of patterns that raise a signal: it reaches every listener, so they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SignalPattern
{
    public const string Name = "Patterns of signals";

    /// <summary>Listens to the test's own signal. Their second and third one, and StopApp, end processes: see the process tests.</summary>
    internal static ShutdownSignals Listen() => ShutdownSignals.Listen(new ShutdownOptions { Signals = [OwnSignal.Harmless], Debounce = TimeSpan.Zero, Hint = null });
}
