namespace StopKit.Testing;

/// <summary>Says what an exploration has found; its message is all that a test framework needs to show.</summary>
/// <remarks>Immutable and thread-safe. The inner exception is the one of the check or of the worker, if there was one.</remarks>
public sealed class StopTestException : Exception
{
    internal StopTestException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
