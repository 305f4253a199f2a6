using System.Globalization;
using System.Text.RegularExpressions;

namespace StopKit.Tests.Reports;

/// <summary>Reads a Mermaid Gantt chart, as strictly as Mermaid's lexer, and refuses what it would take for something else.</summary>
/// <remarks>
/// The rules are those of <c>gantt.jison</c>: keywords in any case begin a statement, a label ends at a colon, a hash or semicolon begins a
/// comment or ends the statement, and percent signs begin comments.
/// </remarks>
internal sealed partial class MermaidGantt
{
    /// <summary>Mermaid refuses a longer source (its <c>maxTextSize</c>).</summary>
    internal const int LongestSource = 50_000;

    internal string Title { get; private set; } = "";

    internal List<string> Sections { get; } = [];

    internal List<Bar> Tasks { get; } = [];

    internal sealed record Bar(string Label, string Tag, long Start, long End);

    internal static MermaidGantt Parse(string source)
    {
        var chart = new MermaidGantt();
        var lines = source.Split('\n');
        lines[0].Should().Be("gantt");
        foreach (var line in lines.Skip(1).Select(line => line.Trim()))
            chart.Read(line);
        return chart;
    }

    private void Read(string line)
    {
        if (Value(line, "title") is { } title)
        {
            Title.Should().BeEmpty("there is one title");
            title.Should().NotMatchRegex("[#;%]");
            Title = title;
        }
        else if (Value(line, "section") is { } section)
        {
            section.Should().NotMatchRegex("[#;:%]");
            Sections.Add(section);
        }
        else if (Value(line, "dateFormat") is { } format)
        {
            format.Should().Be("x");
        }
        else if (Value(line, "axisFormat") is null)
        {
            var task = Task().Match(line);
            task.Success.Should().BeTrue($"'{line}' should be a task");
            Keyword().IsMatch(line).Should().BeFalse($"'{line}' would be another statement");
            Sections.Should().NotBeEmpty();
            Tasks.Add(new Bar(task.Groups[1].Value, task.Groups[2].Value, Number(task.Groups[3]), Number(task.Groups[4])));
        }

        static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    private static string? Value(string line, string keyword) =>
        line.StartsWith($"{keyword} ", StringComparison.OrdinalIgnoreCase) ? line[(keyword.Length + 1)..] : null;

    [GeneratedRegex(@"^([^#:;%\p{Cc}]+) :(done|active|crit), (\d+), (\d+)$")]
    private static partial Regex Task();

    [GeneratedRegex(
        @"^(((title|section|excludes|includes|todayMarker|weekday|weekend|tickInterval|dateFormat|axisFormat|accDescription|click|call|href|vert)\s)|((gantt|topAxis|inclusiveEndDates)\b)|(acc(Title|Descr)\s*[:{])|\d{4}-\d\d-\d\d)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Keyword();
}
