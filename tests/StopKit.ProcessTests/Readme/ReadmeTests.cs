using System.Text.RegularExpressions;

namespace StopKit.ProcessTests.Readme;

/// <summary>The README says nothing that the code does not.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.PathOf("README.md"));

    [Fact]
    public void Every_snippet_of_code_stands_line_for_line_in_a_sample()
    {
        var samples = Directory.GetFiles(Repository.PathOf("samples"), "*.cs").Select(Lines).ToList();

        Snippets("csharp").Should().NotBeEmpty().And.OnlyContain(snippet => samples.Exists(sample => Contains(sample, snippet)));
    }

    [Fact]
    public void The_first_command_runs_the_main_sample_and_another_one_the_tests()
    {
        var commands = Snippets("sh").SelectMany(static lines => lines).ToList();

        commands[0].Should().StartWith("dotnet run samples/hash-files.cs -- ");
        commands.Should().Contain("dotnet test StopKit.sln");
    }

    [Fact]
    public void Every_log_message_of_the_library_has_its_line_and_no_other()
    {
        var source = LibrarySources();
        var inCode = LoggerMessage().Matches(source).Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}");
        var inReadme = LogRow().Matches(Readme).Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}");

        inReadme.Should().BeInAscendingOrder().And.BeEquivalentTo(inCode);
    }

    [Fact]
    public void Every_instrument_of_the_meter_has_its_line_and_no_other()
    {
        var source = LibrarySources();

        InstrumentRow().Matches(Readme).Select(static m => m.Groups[1].Value)
            .Should().BeEquivalentTo(Instrument().Matches(source).Select(static m => m.Groups[1].Value));
    }

    [Fact]
    public void Every_file_that_it_links_exists()
    {
        var links = Link().Matches(Readme).Select(static m => m.Groups[1].Value).Where(static link => !link.StartsWith("http", StringComparison.Ordinal));

        links.Should().NotBeEmpty().And.OnlyContain(link => Path.Exists(Repository.PathOf(link)));
    }

    [Fact]
    public void Its_patterns_and_their_samples_are_those_of_the_index_of_samples()
    {
        var index = PatternRow().Matches(File.ReadAllText(Repository.PathOf("samples", "README.md"))).Select(static m => (m.Groups[1].Value, m.Groups[2].Value));

        PatternRow().Matches(Readme).Select(static m => (m.Groups[1].Value, m.Groups[2].Value)).Should().NotBeEmpty().And.Equal(index);
    }

    private static string LibrarySources() => string.Concat(
        Directory.EnumerateFiles(Repository.PathOf("src", "StopKit"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private static List<string[]> Snippets(string language) =>
        [.. Regex.Matches(Readme, $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(static m => m.Groups[1].Value.TrimEnd('\n').Split('\n'))];

    private static string[] Lines(string path) => File.ReadAllLines(path);

    private static bool Contains(string[] sample, string[] snippet) =>
        Enumerable.Range(0, Math.Max(0, sample.Length - snippet.Length + 1)).Any(start => sample.AsSpan(start, snippet.Length).SequenceEqual(snippet));

    [GeneratedRegex(@"LoggerMessage\((\d+), LogLevel\.(\w+),")]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"^\| (\d{4}) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex LogRow();

    [GeneratedRegex("\"(stopkit\\.[a-z.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"^\| `(stopkit\.[a-z.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| (P\d+) \|.* \[([a-z-]+\.cs)\]\(", RegexOptions.Multiline)]
    private static partial Regex PatternRow();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
