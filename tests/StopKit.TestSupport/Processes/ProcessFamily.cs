using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StopKit.TestSupport;

/// <summary>A child and all that descend from it, known by a variable that they inherit: so also those who left its tree.</summary>
public sealed class ProcessFamily
{
    private const string Variable = "STOPKIT_TEST_FAMILY";
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly string _id = Guid.NewGuid().ToString("N");

    public void Adopt(ProcessStartInfo child) => child.Environment[Variable] = _id;

    /// <summary>Gets the members that run now; a zombie has no environment left and is none.</summary>
    public IReadOnlyList<ProcessIdentity> Members()
    {
        var mark = Encoding.UTF8.GetBytes($"{Variable}={_id}");
        var members = new List<ProcessIdentity>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && ProcessIdentity.Find(id) is { } identity
                && EnvironmentOf(id).IndexOf(mark) >= 0)
            {
                members.Add(identity);
            }
        }

        return members;
    }

    public async Task KillAsync()
    {
        // Again until nobody is left, because a member may start another one while it is being killed.
        var watch = Stopwatch.StartNew();
        while (Members() is { Count: > 0 } members)
        {
            if (watch.Elapsed > KillLimit)
                throw new TimeoutException($"not killed within {KillLimit}: {string.Join(", ", members)}");
            foreach (var member in members)
                _ = NativeMethods.Kill(member.Id, NativeMethods.SigKill); // fails only for one that is gone
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private static ReadOnlySpan<byte> EnvironmentOf(int id)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // gone, or another user's
        {
            return [];
        }
    }
}
