using System.IO.Compression;
using StopKit.ProcessTests.Support;

namespace StopKit.ProcessTests.Package;

/// <summary>The library, packed once for all tests of the package, with a version that no cache can know.</summary>
[CollectionDefinition(nameof(PackedLibrary))]
public sealed class PackedLibrary : ICollectionFixture<PackedLibrary>, IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();

    internal string Version { get; } = $"0.0.0-test.{Guid.NewGuid():N}";

    /// <summary>Gets the folder that serves as a package source.</summary>
    internal string Source => _folder.PathOf("packages");

    public Task InitializeAsync() => DotnetCommand.RunAsync(
        Repository.PathOf(),
        // Everything it builds goes elsewhere: the tests of the other target framework pack at the same time.
        "pack", "src/StopKit", "-c", "Release", "-o", Source, "--artifacts-path", _folder.PathOf("artifacts"), $"-p:Version={Version}");

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    internal ZipArchive Open(string extension) => ZipFile.OpenRead(Path.Combine(Source, $"StopKit.{Version}.{extension}"));
}
