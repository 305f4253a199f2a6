using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StopKit.Testing;

/// <summary>A program and all that descends from it, known on Linux by a variable that they inherit.</summary>
internal sealed class ProgramFamily
{
    private const string Variable = "STOPKIT_TESTING_PROGRAM";

    private readonly byte[] _mark;

    internal ProgramFamily(ProcessStartInfo program)
    {
        var id = Guid.NewGuid().ToString("N");
        program.Environment[Variable] = id;
        _mark = Encoding.UTF8.GetBytes($"{Variable}={id}");
    }

    /// <summary>Gets the members that run now; none where the system has no folder of processes.</summary>
    internal IReadOnlyList<Member> Members()
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var members = new List<Member>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            // A process that has ended but is not reaped has no environment left, and so is none.
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && Read($"{folder}/environ").AsSpan().IndexOf(_mark) >= 0)
            {
                members.Add(new Member(id, Encoding.UTF8.GetString(Read($"{folder}/comm")).TrimEnd()));
            }
        }

        return members;
    }

    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // it has ended meanwhile, or is another user's
        }
    }

    internal sealed record Member(int Id, string Name)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (PID {Id})");
    }
}
