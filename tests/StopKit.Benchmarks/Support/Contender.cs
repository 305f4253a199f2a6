namespace StopKit.Benchmarks;

/// <summary>One that does the work.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Run">Does it, and returns a measurement for each row.</param>
internal sealed record Contender(string Name, Func<Measurement[]> Run);

/// <summary>What one piece of the work cost.</summary>
internal readonly record struct Measurement(double Nanoseconds, long? Bytes = null);
