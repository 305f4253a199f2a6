namespace StopKit.ProcessTests.Samples;

/// <summary>A folder of many small files, and one link.</summary>
public sealed class ManyFiles : IDisposable
{
    public const int Count = 6_100;

    private readonly TempFolder _folder = new();

    public ManyFiles()
    {
        File.CreateSymbolicLink(_folder.PathOf("link"), ".");
        for (var number = 0; number < Count; number++)
        {
            var folder = $"folder {number % 100}";
            if (number < 100)
                Directory.CreateDirectory(_folder.PathOf(folder));
            File.WriteAllText(_folder.PathOf(folder, $"file {number}.txt"), string.Join('\n', Enumerable.Repeat(number, 300)));
        }
    }

    public string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
