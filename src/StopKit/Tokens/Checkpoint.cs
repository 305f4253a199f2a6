using System.Diagnostics;

namespace StopKit;

/// <summary>
/// Tells where a worker was last seen: the place of its last <see cref="StopToken.Checkpoint"/>, and how long ago that
/// was.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Checkpoint
{
    internal Checkpoint(string member, string file, int line, TimeSpan age)
    {
        Member = member;
        File = file;
        Line = line;
        Age = age;
    }

    /// <summary>Gets the name of the method that was passed.</summary>
    public string Member { get; }

    /// <summary>Gets the path of the source file, as the compiler saw it.</summary>
    public string File { get; }

    /// <summary>Gets the line in the source file, from 1.</summary>
    public int Line { get; }

    /// <summary>Gets how long it was ago when the result or the report was made.</summary>
    public TimeSpan Age { get; }

    /// <summary>Returns the place and its age: <c>Drain, Mailer.cs:42, 3.2 s ago</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Member}, {FileName(File)}:{Line}, {DurationText.ShortDuration(Age)} ago";

    // A path from a build on the other kind of system has the other separator, so Path.GetFileName does not do.
    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
