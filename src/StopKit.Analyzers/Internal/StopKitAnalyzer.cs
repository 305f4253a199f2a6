using System.Collections.Immutable;

namespace StopKit.Analyzers.Internal;

/// <summary>
/// What all rules have in common: one id each, no generated code, and no cost in a project that does not know StopKit.
/// </summary>
internal abstract class StopKitAnalyzer(DiagnosticDescriptor rule) : DiagnosticAnalyzer
{
    // The pages are docs/rules of the repository. This name is reserved, so it leads nowhere, until the repository has an address.
    private const string Pages = "https://stopkit.example/docs/rules/";

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

    /// <summary>Returns a rule that is on unless a project turns it off; its page is called like its id.</summary>
    protected static DiagnosticDescriptor Describe(
        string id, string title, string message, DiagnosticSeverity severity = DiagnosticSeverity.Warning) =>
        new(id, title, message, "StopKit", severity, isEnabledByDefault: true, helpLinkUri: Pages + id + ".md");

    /// <summary>Registers what looks at the code of a project that knows StopKit.</summary>
    protected abstract void Register(CompilationStartAnalysisContext context, StopTypes types);
}
