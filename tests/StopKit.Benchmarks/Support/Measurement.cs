namespace StopKit.Benchmarks;

/// <summary>What one piece of the work cost; bytes are null where they are not counted.</summary>
internal readonly record struct Measurement(double Nanoseconds, double? Bytes = null);
