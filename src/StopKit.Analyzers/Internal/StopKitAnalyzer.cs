using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace StopKit.Analyzers.Internal;

/// <summary>
/// What all rules have in common: one id each, no generated code, and no cost in a project that does not know StopKit.
/// </summary>
internal abstract class StopKitAnalyzer(DiagnosticDescriptor rule) : DiagnosticAnalyzer
{
    internal const string Category = "StopKit";

    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(rule);

    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (StopTypes.Of(start.Compilation) is { } types)
                Register(start, types);
        });
    }

    /// <summary>Registers what looks at the code of a project that knows StopKit.</summary>
    protected abstract void Register(CompilationStartAnalysisContext context, StopTypes types);
}
