using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace StopKit.Analyzers.Tests.Support;

/// <summary>The project that the code of a test belongs to. Its references are read once for all tests.</summary>
internal static class TestProject
{
    internal static CSharpCompilationOptions Options { get; } =
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);

    internal static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview);

    internal const string GlobalUsings =
        """
        global using System;
        global using System.Collections.Concurrent;
        global using System.Collections.Generic;
        global using System.Diagnostics;
        global using System.IO;
        global using System.Linq;
        global using System.Runtime.CompilerServices;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    internal const string StopKitUsing = "global using StopKit;";

    internal static IReadOnlyList<MetadataReference> Platform { get; } =
    [
        .. new[]
        {
            "System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Collections.Concurrent", "System.Console",
            "System.ComponentModel.Primitives", "System.Diagnostics.Process", "System.Linq", "System.Memory", "System.Threading",
            "System.Threading.Channels", "System.Threading.Thread", "netstandard",
        }.Select(static name => MetadataReference.CreateFromFile(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), name + ".dll"))),
    ];

    internal static IReadOnlyList<MetadataReference> References { get; } =
    [
        .. Platform,
        MetadataReference.CreateFromFile(typeof(StopToken).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(Microsoft.Extensions.Logging.ILogger).Assembly.Location),
    ];

    // Compilations that are made from this one share what it knows of the references.
    private static readonly CSharpCompilation Empty = CSharpCompilation.Create(
        "Test",
        [CSharpSyntaxTree.ParseText(GlobalUsings + "\n" + StopKitUsing, ParseOptions, "GlobalUsings.cs")],
        References,
        Options);

    internal static CSharpCompilation With(string code) => Empty.AddSyntaxTrees(CSharpSyntaxTree.ParseText(code, ParseOptions, "Test.cs"));

    /// <summary>Returns a project that knows the platform, and of StopKit nothing.</summary>
    internal static CSharpCompilation Without(string code) => CSharpCompilation.Create(
        "Foreign",
        [CSharpSyntaxTree.ParseText(GlobalUsings + "\n" + code, ParseOptions, "Test.cs")],
        Platform,
        Options);

    /// <summary>Returns a project in which everything is missing, the platform too.</summary>
    internal static CSharpCompilation WithoutReferences(string code) => CSharpCompilation.Create(
        "Nothing",
        [CSharpSyntaxTree.ParseText("using System; using System.Threading; using System.Threading.Tasks; using StopKit;\nnamespace StopKit { public struct StopToken { } }\n" + code, ParseOptions, "Test.cs")],
        references: [],
        Options);
}
