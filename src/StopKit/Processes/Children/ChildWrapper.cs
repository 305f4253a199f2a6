using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace StopKit;

/// <summary>
/// Puts small programs in front of the one to start. Each changes something that is inherited and then becomes the next
/// one, under the same id.
/// </summary>
/// <remarks>
/// .NET can start a process but not change it between its fork and its exec, and afterwards the system refuses most of
/// it.
/// </remarks>
internal static class ChildWrapper
{
    private const int NotExecutable = 13; // EACCES

    /// <summary>Puts the wrappers in front that the options ask for.</summary>
    /// <exception cref="Win32Exception">The program, or one of the wrappers, was not found.</exception>
    /// <returns>
    /// True if the process will be in a session of its own; false if not, because that was not asked for or there is no
    /// program for it.
    /// </returns>
    internal static bool Wrap(ProcessStartInfo start, ProcessWorkerOptions options, long number)
    {
        List<string> prefix = [];
        // A process group of its own would not do: in the background of a terminal a process that reads from it is stopped (SIGTTIN).
        var session = options.OwnGroup && OperatingSystem.IsLinux() ? Find("setsid") : null;
        if (session is not null)
            prefix.Add(session); // does not fork: no child of .NET leads a process group
        if (number != LimitMark.None)
            prefix.AddRange([
                Wrapper("prlimit", nameof(ProcessContainment.Subreaper)),
                string.Create(CultureInfo.InvariantCulture, $"--locks={number}:")]);
        if (options.EndWithParent)
            prefix.AddRange([Wrapper("setpriv", nameof(options.EndWithParent)), "--pdeathsig", "KILL", "--"]);
        if (prefix.Count == 0)
            return false;
        // Looked for here, because the wrapper's word for a program that is not there is an exit code.
        prefix.Add(Find(start.FileName) ?? throw NotFound(start.FileName));
        start.FileName = prefix[0];
        prefix.RemoveAt(0);
        if (start.Arguments.Length > 0)
            start.Arguments = string.Join(' ', prefix.Select(Quote).Append(start.Arguments));
        else
            prefix.Reverse<string>().ToList().ForEach(argument => start.ArgumentList.Insert(0, argument));
        return session is not null;
    }

    private static string Wrapper(string name, string option) => Find(name) ?? throw new Win32Exception(
        ProcessNativeMethods.NoEntry, $"{option} needs the program {name} of util-linux, which was not found.");

    private static Win32Exception NotFound(string program) => File.Exists(program)
        ? new Win32Exception(NotExecutable, $"The program '{program}' may not be executed.")
        : new Win32Exception(ProcessNativeMethods.NoEntry, $"The program '{program}' was not found.");

    /// <summary>
    /// Finds a program where <see cref="Process.Start(ProcessStartInfo)"/> does: beside this program, in the current
    /// folder, on the PATH.
    /// </summary>
    private static string? Find(string name)
    {
        if (Path.IsPathRooted(name))
            return IsProgram(name) ? name : null;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Prepend(Environment.CurrentDirectory).Prepend(Path.GetDirectoryName(Environment.ProcessPath) ?? "")
            .Select(folder => Path.GetFullPath(Path.Combine(folder, name))).FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) =>
        OperatingSystem.IsLinux() && File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    // As .NET splits a line of arguments, on every system: a backslash counts only before a quote.
    private static string Quote(string argument)
    {
        var quoted = new System.Text.StringBuilder("\"");
        var backslashes = 0;
        foreach (var character in argument)
        {
            if (character == '"')
                quoted.Append('\\', backslashes + 1);
            backslashes = character == '\\' ? backslashes + 1 : 0;
            quoted.Append(character);
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
