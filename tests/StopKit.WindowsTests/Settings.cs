using Xunit.Abstractions;

namespace StopKit.WindowsTests;

/// <summary>
/// What the framework asks its runner: one test at a time, so that one that hangs is known, and no look at the data of
/// theories before they run, which hung under Wine.
/// </summary>
internal sealed class Settings : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    private readonly Dictionary<string, object?> _values = new() { ["xunit.execution.DisableParallelization"] = true,
        ["xunit.discovery.PreEnumerateTheories"] = false };

    public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out var value) ? (TValue)value! : default!;

    public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
}
