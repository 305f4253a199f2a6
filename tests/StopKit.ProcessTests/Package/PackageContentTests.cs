using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace StopKit.ProcessTests.Package;

[Collection(nameof(PackedLibrary))]
public sealed class PackageContentTests(PackedLibrary library)
{
    private const BindingFlags AllMembers = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string[] TargetFrameworks = ["net8.0", "net10.0"];

    // What the portable PDB format calls the source of a file that is kept in it.
    private static readonly Guid EmbeddedSource = new("0e8a571b-6926-466e-b4ad-8ab04611f5fe");

    [Fact]
    public void The_package_holds_the_library_and_its_documentation_for_each_target_framework_and_the_README()
    {
        using var package = library.Open("nupkg");

        var files = package.Entries.Select(entry => entry.FullName).ToList();

        files.Should().Contain("README.md");
        using var readme = new StreamReader(Copy(package, "README.md"));
        readme.ReadToEnd().Should().Be(File.ReadAllText(Repository.PathOf("src", "StopKit", "Package", "README.md")));
        files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Should().BeEquivalentTo(
            TargetFrameworks.SelectMany(framework => new[] { $"lib/{framework}/StopKit.dll", $"lib/{framework}/StopKit.xml" }));
    }

    [Fact]
    public void The_documentation_tells_of_public_members_only_and_of_every_public_type()
    {
        using var package = library.Open("nupkg");
        var types = typeof(StopSource).Assembly.GetTypes().ToDictionary(static type => type.FullName!.Replace('+', '.'));
        var visible = types.Values.Where(static type => type.IsVisible).Select(static type => $"T:{type.FullName!.Replace('+', '.')}").ToList();

        foreach (var framework in TargetFrameworks)
        {
            var ids = XDocument.Load(Copy(package, $"lib/{framework}/StopKit.xml")).Descendants("member").Select(static member => member.Attribute("name")!.Value).ToList();

            ids.Where(static id => id.StartsWith("T:", StringComparison.Ordinal)).Should().BeEquivalentTo(visible);
            ids.Where(static id => id.StartsWith("M:", StringComparison.Ordinal)).Should().HaveCountGreaterThan(visible.Count);
            ids.Where(id => !IsVisible(id)).Should().BeEmpty();
        }

        bool IsVisible(string id)
        {
            var name = id[2..].Split('(')[0];
            if (id.StartsWith("T:", StringComparison.Ordinal))
                return types[name].IsVisible;
            var (type, member) = (types[name[..name.LastIndexOf('.')]], name[(name.LastIndexOf('.') + 1)..].Split('`')[0].Replace('#', '.'));
            return type.IsVisible && type.GetMember(member, AllMembers).Any(static found => found switch
            {
                MethodBase method => IsVisibleMethod(method),
                PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisibleMethod),
                EventInfo @event => IsVisibleMethod(@event.AddMethod!),
                FieldInfo field => field.IsPublic || field.IsFamily,
                _ => false,
            });
        }

        static bool IsVisibleMethod(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
    }

    [Fact]
    public void The_package_holds_the_analyzers_and_their_fixes_once()
    {
        using var package = library.Open("nupkg");

        package.Entries.Select(static entry => entry.FullName).Where(static file => file.StartsWith("analyzers/", StringComparison.Ordinal)).Should()
            .BeEquivalentTo("analyzers/dotnet/cs/StopKit.Analyzers.dll", "analyzers/dotnet/cs/StopKit.CodeFixes.dll");
    }

    [Fact]
    public void The_interface_of_the_logger_is_its_only_dependency()
    {
        var groups = Metadata("StopKit").Where(element => element.Name.LocalName == "group").ToList();

        groups.Select(group => group.Attribute("targetFramework")!.Value).Should().BeEquivalentTo(TargetFrameworks);
        groups.Should().AllSatisfy(group =>
            group.Elements().Select(dependency => dependency.Attribute("id")!.Value).Should().Equal("Microsoft.Extensions.Logging.Abstractions"));
    }

    [Theory]
    [InlineData("StopKit", "sigterm")]
    [InlineData("StopKit.Templates", "dotnet-new")]
    [InlineData("StopKit.Testing", "testing")]
    [InlineData("StopKit.Hosting", "generic-host")]
    [InlineData("StopKit.AspNetCore", "kestrel")]
    public void Each_package_says_what_it_is_under_which_licence_and_how_to_find_it(string package, string tag)
    {
        var metadata = Metadata(package).Where(static element => element.Parent?.Name.LocalName == "metadata").ToDictionary(static element => element.Name.LocalName);

        metadata["id"].Value.Should().Be(package);
        metadata["version"].Value.Should().Be(library.Version);
        metadata["authors"].Value.Should().NotBeEmpty();
        metadata["description"].Value.Should().NotBeEmpty();
        metadata["tags"].Value.Split(' ').Should().Contain(tag);
        metadata["license"].Attribute("type")!.Value.Should().Be("expression");
        metadata["license"].Value.Should().Be("MIT");
        metadata["readme"].Value.Should().Be("README.md");
        metadata["icon"].Value.Should().Be("icon.png");
    }

    [Theory]
    [InlineData("StopKit")]
    [InlineData("StopKit.Templates")]
    [InlineData("StopKit.Testing")]
    [InlineData("StopKit.Hosting")]
    [InlineData("StopKit.AspNetCore")]
    public void Each_package_has_the_icon_of_the_repository_in_the_size_that_NuGet_asks_for(string package)
    {
        using var archive = ZipFile.OpenRead(library.PathOf(package));

        var icon = Copy(archive, "icon.png").ToArray();

        icon.Should().Equal(File.ReadAllBytes(Repository.PathOf("src", "StopKit", "Package", "icon.png")));
        icon[1..4].Should().Equal("PNG"u8.ToArray());
        // The first chunk of a PNG is its header, which begins with width and height.
        BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)).Should().Be(128);
        BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20)).Should().Be(128);
    }

    [Theory]
    [InlineData("StopKit")]
    [InlineData("StopKit.Templates")]
    [InlineData("StopKit.Testing")]
    [InlineData("StopKit.Hosting")]
    [InlineData("StopKit.AspNetCore")]
    public async Task Each_package_names_its_commit_and_the_remote_only_if_others_can_reach_it(string package)
    {
        var repository = Metadata(package).Single(static element => element.Name.LocalName == "repository");

        repository.Attribute("type")!.Value.Should().Be("git");
        repository.Attribute("commit")!.Value.Should().Be(await GitAsync("rev-parse", "HEAD"));
        var remotes = await GitAsync("remote", "-v"); // none, or the folder that this was cloned from, says nothing to others
        var isKnown = remotes.Contains("https://", StringComparison.Ordinal) || remotes.Contains('@', StringComparison.Ordinal);
        (repository.Attribute("url") is not null).Should().Be(isKnown, "the remotes are: {0}", remotes);
    }

    [Theory]
    [InlineData("StopKit.Hosting")]
    [InlineData("StopKit.AspNetCore")]
    public void The_packages_for_hosts_hold_their_library_its_documentation_and_their_own_README(string package)
    {
        using var archive = ZipFile.OpenRead(library.PathOf(package));

        archive.Entries.Select(static entry => entry.FullName).Where(static file => file.StartsWith("lib/", StringComparison.Ordinal)).Should().BeEquivalentTo(
            TargetFrameworks.SelectMany(framework => new[] { $"lib/{framework}/{package}.dll", $"lib/{framework}/{package}.xml" }));
        using var readme = new StreamReader(Copy(archive, "README.md"));
        readme.ReadToEnd().Should().Be(File.ReadAllText(Repository.PathOf("src", package, "Package", "README.md")));
        foreach (var framework in TargetFrameworks)
        {
            XDocument.Load(Copy(archive, $"lib/{framework}/{package}.xml")).Descendants("member").Select(static member => member.Attribute("name")!.Value)
                .Should().NotBeEmpty().And.NotContain(static id => id.Contains(":StopKit.Hosting.") || id.Contains(":StopKit.AspNetCore."), "those are not public");
        }
    }

    [Fact]
    public void The_package_for_web_applications_depends_on_StopKit_Hosting_and_the_shared_framework_alone()
    {
        var groups = Metadata("StopKit.AspNetCore").Where(static element => element.Name.LocalName == "group").ToList();

        groups.Where(static group => group.Parent!.Name.LocalName == "dependencies").Should().HaveCount(TargetFrameworks.Length)
            .And.AllSatisfy(static group => group.Elements().Select(static dependency => dependency.Attribute("id")!.Value).Should().Equal("StopKit.Hosting"));
        groups.Where(static group => group.Parent!.Name.LocalName == "frameworkReferences").Should().HaveCount(TargetFrameworks.Length)
            .And.AllSatisfy(static group => group.Elements().Select(static reference => reference.Attribute("name")!.Value).Should().Equal("Microsoft.AspNetCore.App"));
    }

    [Fact]
    public void The_library_is_built_deterministically()
    {
        using var package = library.Open("nupkg");

        foreach (var file in package.Entries.Select(static entry => entry.FullName).Where(static name => name.EndsWith(".dll", StringComparison.Ordinal)))
        {
            using var reader = new PEReader(Copy(package, file));
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

            sources.Where(source => !source.Value).Should().BeEmpty();
            sources.Keys.Should().Contain("/_/src/StopKit/Tokens/StopSource.cs", "the folder of the one who built it is nobody's business");
        }
    }

    [Fact]
    public void The_package_for_tests_holds_its_library_with_documentation_and_README()
    {
        using var package = ZipFile.OpenRead(library.PathOf("StopKit.Testing"));

        package.Entries.Select(static entry => entry.FullName).Where(static file => file.StartsWith("lib/", StringComparison.Ordinal)).Should()
            .BeEquivalentTo(TargetFrameworks.SelectMany(framework => new[] { $"lib/{framework}/StopKit.Testing.dll", $"lib/{framework}/StopKit.Testing.xml" }));
        using var readme = new StreamReader(Copy(package, "README.md"));
        readme.ReadToEnd().Should().Be(File.ReadAllText(Repository.PathOf("src", "StopKit.Testing", "Package", "README.md")));
        foreach (var framework in TargetFrameworks)
        {
            var types = XDocument.Load(Copy(package, $"lib/{framework}/StopKit.Testing.xml")).Descendants("member")
                .Select(static member => member.Attribute("name")!.Value).Where(static id => id.StartsWith("T:", StringComparison.Ordinal));

            types.Should().BeEquivalentTo(
                new[] { "StopTest", "StopTestException", "StopTestOptions", "StopTestProbe", "StopTestReport", "StopTestStages", "WorkerTest", "WorkerTestOptions", "ProgramTest" }
                    .Select(static name => $"T:StopKit.Testing.{name}"));
        }
    }

    [Fact]
    public void The_package_for_tests_needs_the_library_of_its_version_and_a_clock_and_no_test_framework()
    {
        var groups = Metadata("StopKit.Testing").Where(element => element.Name.LocalName == "group").ToList();

        groups.Select(group => group.Attribute("targetFramework")!.Value).Should().BeEquivalentTo(TargetFrameworks);
        groups.Should().AllSatisfy(group =>
        {
            var dependencies = group.Elements().ToDictionary(static dependency => dependency.Attribute("id")!.Value, static dependency => dependency.Attribute("version")!.Value);
            dependencies.Keys.Should().BeEquivalentTo("StopKit", "Microsoft.Extensions.TimeProvider.Testing");
            dependencies["StopKit"].Should().Be(library.Version);
        });
    }

    [Fact]
    public void The_project_of_the_template_refers_to_the_library_of_the_same_version()
    {
        using var package = ZipFile.OpenRead(library.PathOf("StopKit.Templates"));

        using var project = Copy(package, "content/stopkit-worker/StopKitWorker1.csproj");

        XDocument.Load(project).Descendants("PackageReference").Should().ContainSingle()
            .Which.Attributes().Select(static attribute => attribute.Value).Should().Equal("StopKit", library.Version);
    }

    private static async Task<string> GitAsync(params string[] arguments)
    {
        await using var git = ChildProcess.Start("git", ["-c", "safe.directory=*", "-C", Repository.PathOf(), .. arguments]);
        (await git.WaitForExitAsync()).Should().Be(0);
        return string.Join('\n', git.Output.Lines);
    }

    private IEnumerable<XElement> Metadata(string package)
    {
        using var archive = ZipFile.OpenRead(library.PathOf(package));
        using var nuspec = Copy(archive, $"{package}.nuspec");
        return XDocument.Load(nuspec).Descendants();
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
