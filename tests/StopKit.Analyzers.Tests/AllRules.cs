using System.Reflection;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using StopKit.CodeFixes;

namespace StopKit.Analyzers.Tests;

/// <summary>The rules and fixes that the two assemblies hold.</summary>
internal static class AllRules
{
    internal static DiagnosticAnalyzer[] Create() => [.. Create<DiagnosticAnalyzer>(typeof(LoopWithoutStop).Assembly)];

    internal static IEnumerable<CodeFixProvider> CreateFixes() => Create<CodeFixProvider>(typeof(LoopWithoutStopFix).Assembly);

    internal static DiagnosticAnalyzer Create(string id) => Create().Single(rule => rule.SupportedDiagnostics[0].Id == id);

    private static IEnumerable<T> Create<T>(Assembly assembly) =>
        assembly.GetTypes().Where(static type => !type.IsAbstract && type.IsAssignableTo(typeof(T))).Select(static type => (T)Activator.CreateInstance(type)!);
}
