using StopKit.Tests.Support;

namespace StopKit.Tests.Api;

/// <summary>What users can see of the library is written down, so that no change of it goes unseen.</summary>
public sealed class PublicApiTests
{
    private const string Variable = "STOPKIT_WRITE_PUBLIC_API";
    private static readonly string Record = Path.Combine(Repository.Root, "src", "StopKit", "PublicAPI.txt");

    [Fact]
    public void The_public_surface_is_the_one_that_PublicAPI_txt_records()
    {
        var surface = PublicApi.Write(typeof(StopSource).Assembly);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
            File.WriteAllLines(Record, surface);

        var recorded = File.ReadAllLines(Record);

        var changes = Changes(recorded, surface);
        Assert.True(
            changes.Count == 0,
            $"""
            The public surface is not the one that src/StopKit/PublicAPI.txt records:

            {string.Join('\n', changes)}

            If the change is meant, write the file anew and commit it:
              {Variable}=1 dotnet test tests/StopKit.Tests -f net10.0 --filter PublicApiTests
            """);
        recorded.Should().Equal(surface, "the lines stand in order");
    }

    [Fact]
    public void A_change_is_named_with_its_type()
    {
        string[] recorded = ["public class A", "    public void Old();", "public class B", "    public void Same();"];
        string[] surface = ["public class A", "    public void New();", "public class B", "    public void Same();", "    public void More();"];

        Changes(recorded, surface).Should().Equal(
            "public class A", "-   public void Old();", "+   public void New();", "public class B", "+   public void More();");
    }

    private static List<string> Changes(IReadOnlyList<string> recorded, IReadOnlyList<string> surface)
    {
        var before = ByType(recorded);
        var after = ByType(surface);
        var changes = new List<string>();
        foreach (var type in before.Select(static block => block.Key).Union(after.Select(static block => block.Key)))
        {
            var gone = before[type].Except(after[type]).Select(static line => $"-{line[1..]}");
            var added = after[type].Except(before[type]).Select(static line => $"+{line[1..]}");
            string[] lines = [.. gone, .. added];
            if (lines.Length > 0 || before.Contains(type) != after.Contains(type))
                changes.AddRange([before.Contains(type) ? after.Contains(type) ? type : $"- {type}" : $"+ {type}", .. lines]);
        }

        return changes;
    }

    /// <summary>The indented lines below each line that is not; of a type without members an empty one.</summary>
    private static ILookup<string, string> ByType(IEnumerable<string> lines)
    {
        var type = "";
        return lines.Where(static line => line.Length > 0).Select(line => line[0] == ' ' ? (type, line) : (type: type = line, line: " "))
            .ToLookup(static pair => pair.type, static pair => pair.line);
    }
}
