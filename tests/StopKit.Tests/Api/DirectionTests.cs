using System.Text.RegularExpressions;

namespace StopKit.Tests.Api;

/// <summary>The folders of the library are rooms in one order: each knows only those above it.</summary>
public sealed partial class DirectionTests
{
    private static readonly string[] Rooms = ["Primitives", "Tokens", "Events", "Workers", "Reports", "Joins", "Groups", "Processes", "Shutdown", "Forced"];
    private static readonly string Library = Path.Combine(Repository.Root, "src", "StopKit");

    [Fact]
    public void Every_source_is_in_a_room()
    {
        var folders = Directory.GetDirectories(Library).Select(Path.GetFileName).Except(["bin", "obj", "Package"]);

        folders.Should().BeEquivalentTo(Rooms);
        Directory.GetFiles(Library, "*.cs").Should().BeEmpty();
    }

    [Fact]
    public void No_room_names_a_type_of_a_room_below_it()
    {
        var sources = Rooms.SelectMany((room, index) => Directory
            .GetFiles(Path.Combine(Library, room), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Room: index, Code: CommentOrText().Replace(File.ReadAllText(path), "")))).ToList();
        // A partial type belongs to the uppermost room that declares it.
        var homes = sources
            .SelectMany(source => Declaration().Matches(source.Code).Select(match => (Name: match.Groups[1].Value, source.Room)))
            .GroupBy(static type => type.Name, static type => type.Room)
            .ToDictionary(static type => type.Key, static type => type.Min());

        var upward = sources.SelectMany(source => Word().Matches(source.Code).Select(static match => match.Value).Distinct()
            .Where(word => homes.TryGetValue(word, out var home) && home > source.Room)
            .Select(word => $"{Path.GetRelativePath(Library, source.Path)} names {word} of {Rooms[homes[word]]}"));

        homes.Should().ContainKeys(nameof(StopSource), nameof(WorkerGroup), nameof(StopApp));
        upward.Should().BeEmpty();
    }

    // Nested private types have no home of their own: only what starts in the first column can be named from another file.
    [GeneratedRegex(@"^(?:public|internal) (?:(?:static|abstract|sealed|partial|readonly) )*(?:class|struct|interface|enum|record struct|record) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    // Not a member of that name: one follows a dot, or is called or declared with a parenthesis.
    [GeneratedRegex(@"(?<=new )[A-Z]\w+\b|(?<![.\w])[A-Z]\w+\b(?!\()")]
    private static partial Regex Word();

    [GeneratedRegex("//[^\\n]*|\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex CommentOrText();
}
