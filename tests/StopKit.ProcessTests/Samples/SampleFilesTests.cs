using System.Text.RegularExpressions;

namespace StopKit.ProcessTests.Samples;

public sealed partial class SampleFilesTests
{
    [Fact]
    public void Every_sample_is_in_the_index_and_says_how_to_run_it()
    {
        var index = File.ReadAllText(Repository.PathOf("samples", "README.md"));
        var samples = Directory.GetFiles(Repository.PathOf("samples"), "*.cs");

        samples.Should().NotBeEmpty();
        foreach (var sample in samples)
        {
            var name = Path.GetFileName(sample);
            index.Should().Contain($"]({name})");
            File.ReadLines(sample).TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal))
                .Should().Contain(line => line.Contains($"dotnet run samples/{name}", StringComparison.Ordinal));
            File.ReadAllText(sample).Should().Contain("#:project ../src/StopKit/StopKit.csproj");
        }
    }

    [Fact]
    public void Every_file_in_the_index_exists()
    {
        var links = Link().Matches(File.ReadAllText(Repository.PathOf("samples", "README.md"))).Select(static match => match.Groups[1].Value);

        links.Should().NotBeEmpty().And.OnlyContain(link => Path.Exists(Repository.PathOf("samples", link)));
    }

    [Fact]
    public void Every_sample_but_the_main_one_can_be_read_at_a_glance()
    {
        var lengths = Directory.GetFiles(Repository.PathOf("samples"), "*.cs").ToDictionary(
            sample => Path.GetFileNameWithoutExtension(sample), sample => File.ReadLines(sample).Count());

        lengths.Where(sample => sample.Key != "hash-files").Should().NotBeEmpty().And.OnlyContain(sample => sample.Value <= 60);
    }

    [GeneratedRegex(@"\]\(([^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
