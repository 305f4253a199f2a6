using System.Reflection;
using System.Runtime.Versioning;

namespace StopKit.TestSupport;

/// <summary>Where the files of the repository are, and what these tests were built for.</summary>
public static class Repository
{
    // Not by CallerFilePath: a CI build maps source paths to /_/.
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Gets the target framework of these tests, such as <c>net8.0</c>; the runtime may be a later one.</summary>
    public static string TargetFramework { get; } =
        $"net{new FrameworkName(typeof(Repository).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName).Version}";

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "StopKit.sln")))
                return folder;
        }

        throw new InvalidOperationException($"no StopKit.sln above {AppContext.BaseDirectory}");
    }
}
