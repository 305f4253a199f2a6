// Hashes the files of a folder into a manifest like sha256sum's, with many threads. Press Ctrl+C at any moment: the files in hand are
// finished, nothing is lost, and the next run hashes only what is missing or has changed. `sha256sum -c` in the folder verifies it.
//
//     dotnet run samples/hash-files.cs -- <folder> <manifest> [--workers N]
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

var queue = new ConcurrentQueue<string>();
var (lines, hashes) = (new Dictionary<string, string>(), new Dictionary<string, string>()); // by name, and of earlier runs by state
var skipped = new ConcurrentDictionary<string, int>();
var (lineStart, lineEnd) = Console.IsOutputRedirected ? ("", "\n") : ("\r\e[K", "");
var (manifest, ownName) = ("", "");
long bytes = 0, bytesDone = 0, filesDone = 0;

return StopApp.Run(stop =>
{
    try
    {
        var count = Environment.ProcessorCount;
        if (args is not [_, _] && !(args is [_, _, "--workers", var number] && int.TryParse(number, out count) && count is > 0 and <= 1000))
            throw new IOException("usage: hash-files.cs <folder> <manifest> [--workers 1..1000]");
        using var states = OpenManifest(Path.GetFullPath(args[0]), Path.GetFullPath(args[1]));
        ThreadWorker[] workers = [ThreadWorker.Start("walker", token => Walk("", token), stop)];
        if (workers[0].Join().Outcome == WorkerOutcome.Completed) // else the manifest stays as it was
        {
            Publish(states); // the lines that still hold
            var (files, clock) = (queue.Count, Stopwatch.StartNew());
            workers = [.. Enumerable.Range(1, count).Select(n => ThreadWorker.Start($"hasher-{n}", token => Hash(states, token), stop))];
            for (var isDone = false; !isDone;)
            {
                isDone = workers.All(worker => worker.TryJoin(TimeSpan.FromSeconds(0.5), out _));
                var left = bytesDone > 0 ? clock.Elapsed * Math.Max(0, ((double)bytes / bytesDone) - 1) : TimeSpan.Zero;
                Console.Write($"{lineStart}{filesDone} of {files} files, {bytesDone / clock.Elapsed.TotalMicroseconds:0.0} MB/s, {left:hh\\:mm\\:ss} left{lineEnd}");
            }

            Publish(states); // all lines, sorted
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

void Walk(string folder, StopToken stop)
{
    FileSystemInfo[] entries = [];
    Try(folder, () => entries = new DirectoryInfo("./" + folder).GetFileSystemInfos());
    foreach (var entry in entries)
    {
        stop.ThrowIfStopRequested();
        var name = folder + entry.Name;
        if (entry.LinkTarget is { } target)
            Skip(name, "link", $"to {target}, not followed");
        else if (entry is DirectoryInfo)
            Walk(name + "/", stop);
        else if (name != ownName && name != $"{ownName}.state" && name != $"{ownName}.new")
            Try(name, () => KeepOrQueue(name));
    }
}

void KeepOrQueue(string name)
{
    if (hashes.TryGetValue(StateOf(name, out var size), out var hash))
        lines[name] = LineOf(name, hash);
    else
        queue.Enqueue(name);
    bytes += hash is null ? size : 0;
}

void Hash(FileStream states, StopToken stop)
{
    while (!stop.IsStopRequested && queue.TryDequeue(out var name))
    {
        var (hash, state) = ("", "");
        if (Try(name, () => (hash, state) = HashOf(name, stop)))
        {
            lock (lines) // and each line is one write: a kill leaves no half of it
            {
                states.Write(Encoding.UTF8.GetBytes($"{hash} {state}\n"));
                File.AppendAllText(manifest, $"{lines[name] = LineOf(name, hash)}\n");
            }
        }

        Interlocked.Increment(ref filesDone);
    }
}

// A stop lets a file in hand be finished, however big it is; an abort (a second Ctrl+C, or the grace is over) drops it.
(string Hash, string State) HashOf(string name, StopToken stop)
{
    [DllImport("libc", SetLastError = true)]
    static extern SafeFileHandle open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int nonBlocking);

    var state = StateOf(name, out _);
    // Not File.OpenHandle on Unix, which waits at a pipe until it is written to.
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

    return offset == size && StateOf(name, out _) == state
        ? (Convert.ToHexStringLower(sha.GetHashAndReset()), state)
        : throw new IOException("It changed while it was read.");
}

bool Try(string name, Action read)
{
    try
    {
        read();
        return true;
    }
    catch (Exception e) when (IsFileTrouble(e))
    {
        var (isUtf8, isGone) = (!name.Contains('\uFFFD'), e is FileNotFoundException or DirectoryNotFoundException);
        Skip(name, isGone && isUtf8 ? "vanished" : "unreadable", isUtf8 ? e.Message : "its name is not UTF-8");
        return false;
    }
}

void Skip(string name, string why, string detail)
{
    skipped.AddOrUpdate(why, 1, (_, number) => number + 1);
    Console.Error.WriteLine($"{lineStart}skipped {name}: {why} ({detail})");
}

// The manifest, and beside it the states of its files, in which it finds what is done already.
FileStream OpenManifest(string folder, string path)
{
    Directory.SetCurrentDirectory(Path.GetDirectoryName(path) ?? path);
    manifest = Path.Combine(Directory.GetCurrentDirectory(), Path.GetFileName(path)); // the real one: it may lie in the folder
    Directory.SetCurrentDirectory(folder);
    ownName = Path.GetRelativePath(Directory.GetCurrentDirectory(), manifest);
    using (var file = new FileStream(manifest, FileMode.OpenOrCreate))
        file.SetLength(file.Length); // throws at what is no file, such as /dev/null, which must not be replaced
    var states = new FileStream(manifest + ".state", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0); // a lock, too
    var text = new StreamReader(states).ReadToEnd();
    foreach (var line in text.Split('\n').SkipLast(1)) // the last is empty, or what a kill left of a line
        hashes[line[65..]] = line[..64];
    states.SetLength(Encoding.UTF8.GetByteCount(text.AsSpan(0, text.LastIndexOf('\n') + 1)));
    states.Seek(0, SeekOrigin.End);
    return states;
}

// Takes the old manifest's place in one step, sorted, whole, and safe on the disk.
void Publish(FileStream states)
{
    var sorted = lines.OrderBy(line => Convert.ToHexString(Encoding.UTF8.GetBytes(line.Key)), StringComparer.Ordinal);
    File.WriteAllText(manifest + ".new", string.Concat(sorted.Select(line => line.Value + "\n")));
    using (var file = File.OpenHandle(manifest + ".new", access: FileAccess.ReadWrite))
        RandomAccess.FlushToDisk(file);
    states.Flush(flushToDisk: true);
    File.Move(manifest + ".new", manifest, overwrite: true);
}

static string StateOf(string name, out long size) =>
    $"{size = new FileInfo(name).Length} {File.GetLastWriteTimeUtc(name).Ticks} {Escaped(name)}";

static bool IsFileTrouble(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

// As sha256sum writes it, to which "-" would be its input.
static string Escaped(string name) => (name == "-" ? "./-" : name).Replace(@"\", @"\\").Replace("\n", @"\n").Replace("\r", @"\r");

static string LineOf(string name, string hash) => $"{(Escaped(name).Contains('\\') ? @"\" : "")}{hash}  {Escaped(name)}";
