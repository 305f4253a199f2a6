using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace StopKit.Analyzers.Tests.Support;

/// <summary>Runs a rule and its fix over code.</summary>
internal static class CheckFix
{
    private static readonly Solution Solution = CreateSolution();

    /// <summary>Checks that the fix makes other code of marked code: both one place after the other, and all places at once.</summary>
    internal static async Task TurnsAsync<TRule, TFix>(string before, string after)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        await Check.ReportsAsync<TRule>(before);
        var document = AddDocument(MarkedCode.Parse(before).Text);

        var all = await FixAllAsync(document, new TRule(), new TFix());
        var one = document;
        for (var left = await FindAsync(one, new TRule()); left.Count > 0;)
        {
            one = await FixFirstAsync(one, left[0], new TFix());
            var remaining = await FindAsync(one, new TRule());
            remaining.Should().HaveCountLessThan(left.Count, "a fix must mend what it is for");
            left = remaining;
        }

        (await all.GetTextAsync()).ToString().Should().Be(after, "that is what fix-all makes");
        (await one.GetTextAsync()).ToString().Should().Be(after, "that is what one fix after the other makes");
        var compilation = (await all.Project.GetCompilationAsync())!;
        compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Should().BeEmpty();
    }

    /// <summary>Checks that the rule reports a place, but that the fix would do harm there and is not offered.</summary>
    internal static async Task IsNotOfferedAsync<TRule, TFix>(string code)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        await Check.ReportsAsync<TRule>(code);
        var document = AddDocument(MarkedCode.Parse(code).Text);
        foreach (var diagnostic in await FindAsync(document, new TRule()))
            (await ActionsAsync(document, diagnostic, new TFix())).Should().BeEmpty();
    }

    private static Document AddDocument(string code) => Solution.GetDocument(Solution.Projects.Single().DocumentIds[0])!.Project.AddDocument("Test.cs", code);

    private static async Task<IReadOnlyList<Diagnostic>> FindAsync(Document document, DiagnosticAnalyzer rule) =>
        await Check.RunAsync((CSharpCompilation)(await document.Project.GetCompilationAsync())!, rule);

    private static async Task<Document> FixFirstAsync(Document document, Diagnostic diagnostic, CodeFixProvider fix)
    {
        var actions = await ActionsAsync(document, diagnostic, fix);
        return await ApplyAsync(document, actions.Should().ContainSingle("it is to mend {0}", diagnostic).Subject);
    }

    private static async Task<Document> FixAllAsync(Document document, DiagnosticAnalyzer rule, CodeFixProvider fix)
    {
        var found = await FindAsync(document, rule);
        var key = (await ActionsAsync(document, found[0], fix)).Should().ContainSingle("it is to mend {0}", found[0]).Subject.EquivalenceKey;
        var context = new FixAllContext(document, fix, FixAllScope.Document, key!, fix.FixableDiagnosticIds, new Found(found), default);
        return await ApplyAsync(document, (await fix.GetFixAllProvider()!.GetFixAsync(context))!);
    }

    private static async Task<List<CodeAction>> ActionsAsync(Document document, Diagnostic diagnostic, CodeFixProvider fix)
    {
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), default));
        return actions;
    }

    private static async Task<Document> ApplyAsync(Document document, CodeAction action)
    {
        var operations = await action.GetOperationsAsync(default);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }

    private static Solution CreateSolution()
    {
        // It lives as long as the tests: documents need it.
        var workspace = new AdhocWorkspace();
        var id = ProjectId.CreateNewId();
        return workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(
                id, VersionStamp.Default, "Test", "Test", LanguageNames.CSharp, compilationOptions: TestProject.Options, parseOptions: TestProject.ParseOptions, metadataReferences: TestProject.References))
            .AddDocument(DocumentId.CreateNewId(id), "GlobalUsings.cs", TestProject.GlobalUsings + "\n" + TestProject.StopKitUsing);
    }

    private sealed class Found(IReadOnlyList<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
