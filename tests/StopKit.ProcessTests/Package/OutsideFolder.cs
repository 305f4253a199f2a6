namespace StopKit.ProcessTests.Package;

/// <summary>A folder outside of the repository, in which projects find the packed library, and a warning is an error.</summary>
internal sealed class OutsideFolder : IDisposable
{
    // Of the tests alone, but kept: what a program brings along with it need be fetched only once.
    private static readonly string Cache = Repository.PathOf("artifacts", "package-cache");

    private static readonly string UserPackages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private readonly TempFolder _folder = new();

    internal static async Task<OutsideFolder> CreateAsync(PackedLibrary library)
    {
        var folder = new OutsideFolder();
        // In addition to the user's own sources, which have what the package depends on.
        await File.WriteAllTextAsync(
            folder.PathOf("NuGet.config"),
            $"<configuration><packageSources><add key=\"packed\" value=\"{library.Source}\" /></packageSources></configuration>");
        await File.WriteAllTextAsync(
            folder.PathOf("Directory.Build.props"),
            $"""
            <Project>
              <PropertyGroup>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <MSBuildTreatWarningsAsErrors>true</MSBuildTreatWarningsAsErrors>
                <RestorePackagesPath>{Cache}</RestorePackagesPath>
                <!-- What the user's cache has need not be fetched again. -->
                <RestoreFallbackFolders>{UserPackages}</RestoreFallbackFolders>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
            </Project>
            """);
        return folder;
    }

    /// <summary>Takes a version of the library out of the cache.</summary>
    internal static void Forget(string version)
    {
        var unpacked = Path.Combine(Cache, "stopkit", version);
        if (Directory.Exists(unpacked))
            Directory.Delete(unpacked, recursive: true);
    }

    internal string PathOf(params string[] parts) => _folder.PathOf(parts);

    /// <summary>Runs a <c>dotnet</c> command, which must neither fail nor warn, in this folder or in one below it.</summary>
    internal async Task RunInAsync(string subfolder, params string[] arguments) =>
        (await DotnetCommand.RunAsync(PathOf(subfolder), arguments)).Should().NotContain(static line => line.Contains(" warning ", StringComparison.Ordinal));

    public void Dispose() => _folder.Dispose();
}
