using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Samples;

public sealed class SampleFilesTests
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
}
