using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace StopKit.ProcessTests.Package;

[Collection(nameof(PackedLibrary))]
public sealed class PackageContentTests(PackedLibrary library)
{
    private static readonly string[] TargetFrameworks = ["net8.0", "net10.0"];

    // What the portable PDB format calls the source of a file that is kept in it.
    private static readonly Guid EmbeddedSource = new("0e8a571b-6926-466e-b4ad-8ab04611f5fe");

    [Fact]
    public void The_package_holds_the_library_and_its_documentation_for_each_target_framework_and_the_README()
    {
        using var package = library.Open("nupkg");

        var files = package.Entries.Select(entry => entry.FullName).ToList();

        files.Should().Contain("README.md");
        files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Should().BeEquivalentTo(
            TargetFrameworks.SelectMany(framework => new[] { $"lib/{framework}/StopKit.dll", $"lib/{framework}/StopKit.xml" }));
    }

    [Fact]
    public void The_interface_of_the_logger_is_its_only_dependency()
    {
        using var package = library.Open("nupkg");
        using var stream = package.GetEntry("StopKit.nuspec")!.Open();

        var groups = XDocument.Load(stream).Descendants().Where(element => element.Name.LocalName == "group").ToList();

        groups.Select(group => group.Attribute("targetFramework")!.Value).Should().BeEquivalentTo(TargetFrameworks);
        groups.Should().AllSatisfy(group =>
            group.Elements().Select(dependency => dependency.Attribute("id")!.Value).Should().Equal("Microsoft.Extensions.Logging.Abstractions"));
    }

    [Fact]
    public void The_library_is_built_deterministically()
    {
        using var package = library.Open("nupkg");

        foreach (var framework in TargetFrameworks)
        {
            using var reader = new PEReader(Copy(package, $"lib/{framework}/StopKit.dll"));
            reader.ReadDebugDirectory().Select(entry => entry.Type).Should().Contain(DebugDirectoryEntryType.Reproducible);
        }
    }

    [Fact]
    public void The_symbols_hold_the_source_of_every_file()
    {
        using var symbols = library.Open("snupkg");

        foreach (var framework in TargetFrameworks)
        {
            using var provider = MetadataReaderProvider.FromPortablePdbStream(Copy(symbols, $"lib/{framework}/StopKit.pdb"));
            var reader = provider.GetMetadataReader();
            var sources = reader.Documents.ToDictionary(
                document => reader.GetString(reader.GetDocument(document).Name),
                document => reader.GetCustomDebugInformation(document).Any(
                    information => reader.GetGuid(reader.GetCustomDebugInformation(information).Kind) == EmbeddedSource));

            sources.Keys.Should().Contain(name => name.EndsWith("StopSource.cs", StringComparison.Ordinal));
            sources.Where(source => !source.Value).Should().BeEmpty();
        }
    }

    private static MemoryStream Copy(ZipArchive archive, string file)
    {
        var copy = new MemoryStream();
        using (var stream = archive.GetEntry(file)!.Open())
            stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
