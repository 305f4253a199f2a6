using System.Reflection;
using Xunit.Sdk;

namespace StopKit.TestSupport;

/// <summary>Runs a theory once for every <see cref="WorkerKind"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryKindAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Enum.GetValues<WorkerKind>().Select(kind => new object[] { kind });
}
