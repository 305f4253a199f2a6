using System.Globalization;
using System.Text;

namespace StopKit.Testing;

/// <summary>The words of the report.</summary>
internal static class Text
{
    private const int MostLooks = 30;

    /// <summary>Makes one line of a message that may have several.</summary>
    internal static string Line(string message) =>
        string.Join(' ', message.Split(['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    internal static string Duration(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.#} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s");

    /// <summary>Names what of a worker has not ended, with where it was last seen.</summary>
    internal static string Late(Worker worker) => string.Join(", ", Join.All(TimeSpan.Zero, worker).Late.Select(static entry =>
        entry.LastCheckpoint is { } passed ? $"{entry.Path} (last checkpoint: {passed})" : $"{entry.Path} (no checkpoint)"));

    /// <summary>The looks of a run from shortly before a number on, one a line.</summary>
    internal static string Trace(Run run, int from)
    {
        var text = new StringBuilder();
        foreach (var lane in run.Lanes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {lane.Name}: {lane.Count} looks");
            var first = Math.Max(0, from - (MostLooks / 2));
            for (var index = first; index < Math.Min(lane.Looks.Count, first + MostLooks); index++)
                text.AppendLine(CultureInfo.InvariantCulture, $"    {index + 1} {lane.Looks[index]}");
        }

        return text.ToString().TrimEnd();
    }
}
