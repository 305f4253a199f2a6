using System.Text.RegularExpressions;

namespace StopKit.ProcessTests.Docs;

/// <summary>The README and the pages of <c>docs</c> say nothing that the code does not.</summary>
public sealed partial class DocsTests
{
    private const int LongestReadme = 9 * 1024;

    // A rule's page shows code that breaks the rule, and is held against the analyzer by the tests of the analyzers.
    private static readonly string Rules = Path.Combine("docs", "rules") + Path.DirectorySeparatorChar;

    private static readonly string Readme = Read("README.md");
    private static readonly string Operations = Read("docs/operations.md");

    public static TheoryData<string> Pages =>
        [.. Files("docs", "*.md").Prepend("README.md").Append("CONTRIBUTING.md").Append("SECURITY.md").Concat(Files("src", "README.md"))];

    [Fact]
    public void The_readme_can_be_read_at_once() =>
        System.Text.Encoding.UTF8.GetByteCount(Readme).Should().BeLessThanOrEqualTo(LongestReadme);

    [Theory, MemberData(nameof(Pages))]
    public void Every_snippet_of_code_stands_line_for_line_in_what_is_compiled(string page)
    {
        if (page.StartsWith(Rules, StringComparison.Ordinal))
            return;
        var compiled = Files("samples", "*.cs").Concat(Files("tests", "*.cs")).Select(file => Trimmed(Read(file).Split('\n'))).ToList();

        Snippets(Read(page), "csharp").Where(snippet => !compiled.Exists(lines => Contains(lines, snippet))).Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Pages))]
    public void Every_file_that_is_linked_exists(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        var links = Link().Matches(Read(page)).Select(static m => m.Groups[1].Value).Where(static link => !link.StartsWith("http", StringComparison.Ordinal));

        links.Where(link => !Path.Exists(Repository.PathOf(folder, link))).Should().BeEmpty();
    }

    [Fact]
    public void Every_page_is_in_the_index_of_docs_or_of_its_folder()
    {
        foreach (var page in Files("docs", "*.md").Where(page => Path.GetFileName(page) != "README.md" && !page.StartsWith(Rules, StringComparison.Ordinal)))
            Read(Path.Combine(Path.GetDirectoryName(page)!, "README.md")).Should().Contain($"]({Path.GetFileName(page)})");
    }

    [Fact]
    public void The_readme_of_the_package_links_whole_addresses_only_as_a_package_page_has_no_files() =>
        Link().Matches(Read("src/StopKit/Package/README.md")).Select(static m => m.Groups[1].Value)
            .Where(static link => !link.StartsWith("https://", StringComparison.Ordinal)).Should().BeEmpty();

    [Fact]
    public void The_first_command_runs_the_main_sample_and_another_one_the_tests()
    {
        var commands = Snippets(Readme, "sh").SelectMany(static lines => lines).ToList();

        commands[0].Should().StartWith("dotnet run samples/hash-files.cs -- ");
        commands[1].Should().Contain("sha256sum -c");
        commands.Should().Contain("dotnet test StopKit.sln");
    }

    [Fact]
    public void Every_log_message_of_the_library_has_its_line_and_no_other()
    {
        var inCode = LoggerMessage().Matches(LibrarySources()).Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}");
        var inDocs = LogRow().Matches(Operations).Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}");

        inDocs.Should().BeInAscendingOrder().And.BeEquivalentTo(inCode);
    }

    [Fact]
    public void Every_instrument_of_the_meter_has_its_line_and_no_other() =>
        InstrumentRow().Matches(Operations).Select(static m => m.Groups[1].Value)
            .Should().BeEquivalentTo(Instrument().Matches(LibrarySources()).Select(static m => m.Groups[1].Value));

    [Fact]
    public void The_patterns_and_their_samples_are_those_of_the_index_of_samples()
    {
        var index = PatternRow().Matches(Read("samples/README.md")).Select(static m => (int.Parse(m.Groups[1].Value), m.Groups[2].Value)).Order();

        PatternRow().Matches(Read("docs/patterns.md")).Select(static m => (int.Parse(m.Groups[1].Value), m.Groups[2].Value)).Should().NotBeEmpty().And.Equal(index);
    }

    private static string LibrarySources() => string.Concat(Files("src/StopKit", "*.cs").Concat(Files("src/StopKit.Hosting", "*.cs")).Select(Read));

    private static string Read(string file) => File.ReadAllText(Repository.PathOf(file));

    /// <summary>The files below a folder, by their paths from the root; not those that a build has written.</summary>
    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Repository.Root, file))
            .Where(static file => !BuildOutput().IsMatch(file))
            .Order(StringComparer.Ordinal);

    private static List<string[]> Snippets(string page, string language) =>
        [.. Regex.Matches(page, $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(static m => Trimmed(m.Groups[1].Value.TrimEnd('\n').Split('\n')))];

    private static string[] Trimmed(string[] lines) => [.. lines.Select(static line => line.Trim())];

    private static bool Contains(string[] lines, string[] snippet) =>
        Enumerable.Range(0, Math.Max(0, lines.Length - snippet.Length + 1)).Any(start => lines.AsSpan(start, snippet.Length).SequenceEqual(snippet));

    [GeneratedRegex(@"(^|/)(bin|obj|artifacts)/")]
    private static partial Regex BuildOutput();

    [GeneratedRegex(@"LoggerMessage\((\d+), LogLevel\.(\w+),")]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"^\| (\d{4}) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex LogRow();

    [GeneratedRegex("\"(stopkit\\.[a-z.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"^\| `(stopkit\.[a-z.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| P(\d+) \|.* \[([a-z-]+\.cs)\]\(", RegexOptions.Multiline)]
    private static partial Regex PatternRow();

    [GeneratedRegex(@"\]\(([^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
