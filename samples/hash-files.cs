// Hashes the files of a folder into a manifest like sha256sum's, with many threads. Press Ctrl+C at any moment: the files in hand are
// finished, nothing is lost, and the next run hashes only what is missing or has changed.
//
//     dotnet run samples/hash-files.cs -- <folder> <manifest> [--workers N]
//     cd <folder> && sha256sum -c <manifest>
//
// Exit code: 0 all is hashed, or it was stopped; 1 a file could not be hashed; 2 an argument or the manifest is at fault.
#:project ../src/StopKit/StopKit.csproj
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using StopKit;

var queue = new ConcurrentQueue<FileState>();
var skipped = new ConcurrentDictionary<string, int>();
var (lineStart, lineEnd) = Console.IsOutputRedirected ? ("", "\n") : ("\r\e[K", "");
long filesDone = 0, bytesDone = 0;

return StopApp.Run(stop =>
{
    try
    {
        var count = Environment.ProcessorCount;
        if (args is not [_, _] && !(args is [_, _, "--workers", var number] && int.TryParse(number, out count) && count is > 0 and <= 1000))
            throw new IOException("usage: hash-files.cs <folder> <manifest> [--workers 1..1000]");
        using var manifest = new Manifest(Path.GetFullPath(args[0]), Path.GetFullPath(args[1]));
        ThreadWorker[] workers = [ThreadWorker.Start("walker", token => Walk("", manifest, token), stop)];
        if (workers[0].Join().Outcome == WorkerOutcome.Completed) // else the manifest stays as it was
        {
            manifest.Publish(); // the lines that still hold
            var (files, bytes, clock) = (queue.Count, queue.Sum(file => file.Size), Stopwatch.StartNew());
            workers = [.. Enumerable.Range(1, count).Select(n => ThreadWorker.Start($"hasher-{n}", token => Hash(manifest, token), stop))];
            bool isDone;
            do
            {
                isDone = workers.All(worker => worker.TryJoin(TimeSpan.FromSeconds(0.5), out _));
                var left = bytesDone > 0 ? clock.Elapsed * Math.Max(0, ((double)bytes / bytesDone) - 1) : TimeSpan.Zero;
                Console.Write($"{lineStart}{filesDone} of {files} files, {bytesDone / clock.Elapsed.TotalMicroseconds:0.0} MB/s, {left:hh\\:mm\\:ss} left{lineEnd}");
            }
            while (!isDone);
            manifest.Publish(); // all lines, sorted
        }

        Console.Write(lineEnd == "" ? "\n" : "");
        foreach (var result in workers.Select(worker => worker.Join())) // how each ended, and how fast it followed the stop
            Console.WriteLine(result.Exception is null ? result : throw result.Exception);
    }
    catch (Exception e) when (IsFileTrouble(e)) // the manifest's: what a file throws is counted
    {
        Console.Error.WriteLine($"{lineStart}hash-files: {e.Message}");
        throw new ExitException(2);
    }

    foreach (var (why, number) in skipped)
        Console.WriteLine($"skipped: {number} {why}");
    if (stop.IsStopRequested)
        Console.WriteLine("Stopped. Run it again to go on.");
    else if (skipped.ContainsKey("unreadable"))
        throw new ExitException(1);
});

void Walk(string folder, Manifest manifest, StopToken stop)
{
    foreach (var entry in Try(folder, () => new DirectoryInfo("./" + folder).GetFileSystemInfos()) ?? [])
    {
        stop.ThrowIfStopRequested();
        var name = folder + entry.Name;
        if (entry.LinkTarget is { } target)
            Skip(name, "link", $"to {target}, not followed");
        else if (entry is DirectoryInfo)
            Walk(name + "/", manifest, stop);
        else if (!manifest.IsOwn(name) && Try(name, () => FileState.Of(name)) is { } file && !manifest.Keep(file))
            queue.Enqueue(file);
    }
}

void Hash(Manifest manifest, StopToken stop)
{
    while (!stop.IsStopRequested && queue.TryDequeue(out var next))
    {
        if (Try(next.Name, () => HashOf(next.Name, stop)) is var (file, hash))
            manifest.Add(file, hash);
        Interlocked.Increment(ref filesDone);
    }
}

// A stop lets a file in hand be finished, however big it is; an abort (a second Ctrl+C, or the grace is over) drops it.
(FileState, string)? HashOf(string name, StopToken stop)
{
    [DllImport("libc", SetLastError = true)]
    static extern SafeFileHandle open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int nonBlocking);

    var file = FileState.Of(name);
    // Not File.OpenHandle on Unix, which waits at a pipe until somebody writes.
    using var handle = OperatingSystem.IsWindows() ? File.OpenHandle(name) : open(name, OperatingSystem.IsMacOS() ? 0x4 : 0x800);
    var (size, offset) = (handle.IsInvalid ? throw new IOException(Marshal.GetLastPInvokeErrorMessage()) : RandomAccess.GetLength(handle), 0L);
    using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    var buffer = new byte[128 * 1024];
    for (int read; offset <= size && (read = RandomAccess.Read(handle, buffer, offset)) > 0; offset += read)
    {
        stop.ThrowIfAbortRequested();
        sha.AppendData(buffer, 0, read);
        Interlocked.Add(ref bytesDone, read);
    }

    return offset == size && FileState.Of(name) == file
        ? (file, Convert.ToHexStringLower(sha.GetHashAndReset()))
        : throw new IOException("It changed while it was read.");
}

T? Try<T>(string name, Func<T> read)
{
    try
    {
        return read();
    }
    catch (Exception e) when (IsFileTrouble(e))
    {
        var (isUtf8, isGone) = (!name.Contains('\uFFFD'), e is FileNotFoundException or DirectoryNotFoundException);
        Skip(name, isGone && isUtf8 ? "vanished" : "unreadable", isUtf8 ? e.Message : "its name is not UTF-8");
        return default;
    }
}

void Skip(string name, string why, string detail)
{
    skipped.AddOrUpdate(why, 1, (_, number) => number + 1);
    Console.Error.WriteLine($"{lineStart}skipped {name}: {why} ({detail})");
}

static bool IsFileTrouble(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

// A file as it was when it was looked at; its name as sha256sum writes it, to which "-" would be its input.
internal sealed record FileState(string Name, long Size, long Changed)
{
    private readonly string _escaped = (Name == "-" ? "./-" : Name).Replace(@"\", @"\\").Replace("\n", @"\n").Replace("\r", @"\r");

    public static FileState Of(string name) => new(name, new FileInfo(name).Length, File.GetLastWriteTimeUtc(name).Ticks);

    public string Line(string hash) => $"{(_escaped.Contains('\\') ? @"\" : "")}{hash}  {_escaped}";

    public override string ToString() => $"{Size} {Changed} {_escaped}";
}

// The manifest and, beside it, the states of its files. Each line is one write: a kill leaves no half of it.
internal sealed class Manifest : IDisposable
{
    private readonly string _path, _ownName;
    private readonly FileStream _states;
    private readonly Dictionary<string, string> _hashes = [], _lines = [];
    private FileStream _manifest;

    public Manifest(string folder, string path)
    {
        Directory.SetCurrentDirectory(Path.GetDirectoryName(path) ?? path);
        _path = Path.Combine(Directory.GetCurrentDirectory(), Path.GetFileName(path)); // the real one: it may lie in the folder
        Directory.SetCurrentDirectory(folder);
        _ownName = Path.GetRelativePath(Directory.GetCurrentDirectory(), _path);
        _manifest = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _manifest.SetLength(_manifest.Length); // throws at what is no file, such as /dev/null, which must not be replaced
        _states = new FileStream(_path + ".state", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0); // a lock, too
        var text = new StreamReader(_states).ReadToEnd();
        foreach (var line in text.Split('\n').SkipLast(1)) // the last is empty, or what a kill left of a line
            _hashes[line[65..]] = line[..64];
        _states.SetLength(Encoding.UTF8.GetByteCount(text.AsSpan(0, text.LastIndexOf('\n') + 1)));
        _states.Seek(0, SeekOrigin.End);
    }

    public bool IsOwn(string name) => name.StartsWith(_ownName, StringComparison.Ordinal) && name[_ownName.Length..] is "" or ".state" or ".new";

    public bool Keep(FileState file) => _hashes.TryGetValue($"{file}", out var hash) && _lines.TryAdd(file.Name, file.Line(hash));

    public void Add(FileState file, string hash)
    {
        lock (_lines)
        {
            _states.Write(Encoding.UTF8.GetBytes($"{hash} {file}\n"));
            _manifest.Write(Encoding.UTF8.GetBytes($"{_lines[file.Name] = file.Line(hash)}\n"));
            _manifest.Flush();
        }
    }

    // Takes the old manifest's place in one step, sorted, whole, and safe on the disk.
    public void Publish()
    {
        _manifest.Dispose();
        _manifest = new FileStream(_path + ".new", FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        foreach (var (_, line) in _lines.OrderBy(line => Convert.ToHexString(Encoding.UTF8.GetBytes(line.Key)), StringComparer.Ordinal))
            _manifest.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        _manifest.Flush(flushToDisk: true);
        _states.Flush(flushToDisk: true);
        File.Move(_path + ".new", _path, overwrite: true);
    }

    public void Dispose()
    {
        _manifest.Dispose();
        _states.Dispose();
    }
}
