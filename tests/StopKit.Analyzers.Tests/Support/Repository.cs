namespace StopKit.Analyzers.Tests.Support;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    internal static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "StopKit.sln")))
                return folder;
        }

        throw new InvalidOperationException($"no StopKit.sln above {AppContext.BaseDirectory}");
    }
}
