using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.Testing;

/// <summary>Finds how a program is started.</summary>
internal static class ProgramStart
{
    private static readonly Lazy<Task<bool>> CanResetSignals = new(TryResetSignalsAsync);

    internal static async Task<ProcessStartInfo> PrepareAsync(ProcessStartInfo given)
    {
        var command = new List<string>(Program(given.FileName));
        if (await CanResetSignals.Value.ConfigureAwait(false))
            command.InsertRange(0, ["env", "--default-signal"]); // env becomes the program, under the same ID
        var start = new ProcessStartInfo(command[0], command.Skip(1).Concat(given.ArgumentList))
        {
            WorkingDirectory = given.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in given.Environment)
            start.Environment[name] = value;
        return start;
    }

    private static string[] Program(string program)
    {
        if (!program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            return [program];
        var beside = Path.Combine(AppContext.BaseDirectory, program);
        if (!File.Exists(beside) && !File.Exists(program))
        {
            throw new FileNotFoundException(
                $"There is no {program} in {AppContext.BaseDirectory} or {Directory.GetCurrentDirectory()}.", program);
        }

        return [Host(), File.Exists(beside) ? beside : Path.GetFullPath(program)];
    }

    // The one that runs this test: another one on the PATH may not have its version of .NET.
    private static string Host()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(host) ? host : name;
    }

    private static async Task<bool> TryResetSignalsAsync()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            using var trial = Process.Start(new ProcessStartInfo("env", ["--default-signal", "true"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true, // an env without that option complains
            })!;
            await trial.WaitForExitAsync().ConfigureAwait(false);
            return trial.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no env
        }
    }
}
