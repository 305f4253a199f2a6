namespace StopKit.Benchmarks;

/// <summary>On a benchmark of StopKit: makes a row of the table of it, beside another benchmark of the same class.</summary>
/// <param name="work">What is done; <c>{0}</c> stands for the benchmark's argument.</param>
/// <param name="method">The platform's benchmark.</param>
/// <param name="against">What it is called in the table.</param>
/// <param name="target">What we want to reach.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RowAttribute(string work, string method, string against, string target) : Attribute
{
    public string Work { get; } = work;

    public string Method { get; } = method;

    public string Against { get; } = against;

    public string Target { get; } = target;
}
