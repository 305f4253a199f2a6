namespace StopKit.Analyzers.Internal;

/// <summary>The addresses of the pages that explain the rules.</summary>
internal static class RuleHelp
{
    // The pages are docs/rules of the repository. This name is reserved, so it leads nowhere, until the repository has an address.
    private const string Base = "https://stopkit.example/docs/rules/";

    internal static string Of(string id) => Base + id + ".md";
}
