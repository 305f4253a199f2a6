namespace StopKit.TestSupport;

/// <summary>A way to stop a worker and wait for it.</summary>
public enum StopWay
{
    Stop,
    StopAsync,
    Dispose,
    DisposeAsync,
}
