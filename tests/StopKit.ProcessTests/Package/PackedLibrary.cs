using System.IO.Compression;

namespace StopKit.ProcessTests.Package;

/// <summary>The library, its templates and its package for tests, packed once for all tests of the packages, with a version that no cache can know.</summary>
[CollectionDefinition(nameof(PackedLibrary))]
public sealed class PackedLibrary : ICollectionFixture<PackedLibrary>, IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();

    internal string Version { get; } = $"0.0.0-test.{Guid.NewGuid():N}";

    /// <summary>Gets the folder that serves as a package source.</summary>
    internal string Source => _folder.PathOf("packages");

    public async Task InitializeAsync()
    {
        await Task.WhenAll(PackAsync("StopKit"), PackAsync("StopKit.Templates"), PackAsync("StopKit.Testing"));
        await Task.WhenAll(PackAsync("StopKit.Hosting"), PackAsync("StopKit.AspNetCore"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _folder.Dispose();
        OutsideFolder.Forget(Version);
    }

    internal string PathOf(string package) => Path.Combine(Source, $"{package}.{Version}.nupkg");

    internal ZipArchive Open(string extension) => ZipFile.OpenRead(Path.ChangeExtension(PathOf("StopKit"), extension));

    private async Task PackAsync(string project)
    {
        var printed = await DotnetCommand.RunAsync(
            Repository.PathOf(),
            // Everything it builds goes elsewhere: the tests of the other target framework pack at the same time.
            "pack", $"src/{project}", "-c", "Release", "-o", Source, "--artifacts-path", _folder.PathOf($"{project}.artifacts"), $"-p:Version={Version}",
            "-p:RunAnalyzers=false"); // they have seen this code in the build of the tests, and take longer than the rest
        printed.Should().NotContain(static line => line.Contains(" warning ", StringComparison.Ordinal));
    }
}
