namespace StopKit.TestSupport;

/// <summary>What a worker runs on.</summary>
public enum WorkerKind
{
    Thread,
    Async,
}
