using System.ComponentModel;
using System.Diagnostics;

namespace StopKit;

/// <summary>Starts a process that Linux kills when this one ends.</summary>
/// <remarks>
/// https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html: the parent is the <em>thread</em> that started it. So that is a thread of its own,
/// which lives as long as the child does.
/// </remarks>
internal sealed class ParentDeathSignal : IDisposable
{
    private const string Wrapper = "setpriv";

    private readonly ManualResetEventSlim _childEnded = new();
    private readonly TaskCompletionSource<Process> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the process; the tie is to be disposed when it has ended.</summary>
    internal Task<Process> StartAsync(ProcessStartInfo start, string name)
    {
        new Thread(() => StartAndStay(start)) { IsBackground = true, Name = name }.UnsafeStart();
        return _started.Task;
    }

    public void Dispose() => _childEnded.Set();

    private void StartAndStay(ProcessStartInfo start)
    {
        try
        {
            // Looked for here, because the wrapper's word for a program that is not there is an exit code.
            var program = Find(start.FileName) ?? throw NotFound($"The program '{start.FileName}' was not found.");
            start.FileName = Find(Wrapper) ?? throw NotFound($"EndWithParent needs the program {Wrapper} of util-linux, which was not found.");
            string[] prefix = ["--pdeathsig", "KILL", "--", program];
            for (var i = 0; i < prefix.Length; i++)
                start.ArgumentList.Insert(i, prefix[i]);
            _started.SetResult(Process.Start(start)!);
        }
#pragma warning disable CA1031 // thrown again where the start is awaited
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _started.SetException(exception);
            return;
        }

        _childEnded.Wait();
    }

    private static Win32Exception NotFound(string message) => new(ProcessNativeMethods.NoEntry, message);

    /// <summary>Finds a program where <see cref="Process.Start(ProcessStartInfo)"/> does: beside this program, in the current folder, on the PATH.</summary>
    private static string? Find(string name)
    {
        if (Path.IsPathRooted(name))
            return File.Exists(name) ? name : null;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Prepend(Environment.CurrentDirectory).Prepend(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) =>
        OperatingSystem.IsLinux() && File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
