using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace StopKit.Analyzers.Tests.Support;

/// <summary>Runs a rule over code.</summary>
internal static class Check
{
    // A rule that hangs fails its test; a busy machine does not.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Checks that a rule reports what is marked in the code, which must compile, and nothing else.</summary>
    internal static async Task ReportsAsync<TRule>(string code)
        where TRule : DiagnosticAnalyzer, new()
    {
        var marked = MarkedCode.Parse(code);
        var compilation = TestProject.With(marked.Text);
        Errors(compilation).Should().BeEmpty();

        var found = await RunAsync(compilation, new TRule());

        found.Select(static diagnostic => diagnostic.Location.SourceSpan).Should().Equal(marked.Spans, "it reports:\n{0}", string.Join('\n', found));
    }

    /// <summary>Runs rules over a compilation; an exception of theirs is one of the test.</summary>
    internal static async Task<IReadOnlyList<Diagnostic>> RunAsync(CSharpCompilation compilation, params DiagnosticAnalyzer[] rules)
    {
        Exception? thrown = null;
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            onAnalyzerException: (exception, _, _) => Volatile.Write(ref thrown, exception),
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        using var limit = new CancellationTokenSource(Patience);
        var found = await compilation.WithAnalyzers([.. rules], options).GetAnalyzerDiagnosticsAsync(limit.Token);
        if (thrown is not null)
            throw new InvalidOperationException("a rule failed", thrown);
        return [.. found.OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    internal static IEnumerable<string> Errors(Compilation compilation) =>
        compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(static diagnostic => diagnostic.ToString());
}
