namespace StopKit.Benchmarks;

/// <summary>Work that StopKit and others do in turn, A B A B, so that a busy moment of the machine meets all of them.</summary>
/// <param name="targets">What is measured and what we want to reach, a row each.</param>
internal abstract class Duel(params (string Work, string Target)[] targets)
{
    internal IReadOnlyList<(string Work, string Target)> Targets { get; } = targets;

    /// <summary>How often each does the work; odd, so that one of them is the median.</summary>
    internal virtual int Rounds => 7;

    /// <summary>Who does the work, StopKit first.</summary>
    internal abstract IReadOnlyList<Contender> Contenders { get; }
}
