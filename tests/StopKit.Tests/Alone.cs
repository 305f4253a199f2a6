namespace StopKit.Tests;

/// <summary>The tests that need the machine for themselves: races, and measurements of the process's memory.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
