using System.Text.RegularExpressions;

namespace StopKit.Tests.Patterns;

public sealed partial class EveryPatternTests
{
    [Fact]
    public void Each_pattern_of_the_docs_has_its_class_of_tests()
    {
        var classes = typeof(EveryPatternTests).Assembly.GetTypes().Where(type => type.Namespace == typeof(EveryPatternTests).Namespace).Select(type => type.Name).ToList();
        var patterns = Row().Matches(File.ReadAllText(Repository.PathOf("docs", "patterns.md"))).Select(row => int.Parse(row.Groups[1].Value)).ToList();

        patterns.Should().Equal(Enumerable.Range(1, 16));
        patterns.Should().OnlyContain(number => classes.Count(name => name.StartsWith($"P{number:00}", StringComparison.Ordinal)) == 1);
    }

    [GeneratedRegex(@"^\| P(\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
