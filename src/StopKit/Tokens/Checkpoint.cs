using System.Diagnostics;

namespace StopKit;

/// <summary>Names a place in a worker that was passed, by <see cref="StopToken.Checkpoint"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Checkpoint
{
    private readonly long _timestamp;

    internal Checkpoint(string member, string file, int line, long timestamp)
    {
        Member = member;
        File = file;
        Line = line;
        _timestamp = timestamp;
    }

    /// <summary>Gets the name of the method that was passed.</summary>
    public string Member { get; }

    /// <summary>Gets the path of the source file, as the compiler saw it.</summary>
    public string File { get; }

    /// <summary>Gets the line in the source file, from 1.</summary>
    public int Line { get; }

    /// <summary>Returns the place without its age: <c>Drain, Mailer.cs:42</c>.</summary>
    /// <returns>The place.</returns>
    public override string ToString() => $"{Member}, {FileName(File)}:{Line}";

    /// <summary>Gets the time since it was passed.</summary>
    internal TimeSpan Age(TimeProvider time) => time.GetElapsedTime(_timestamp);

    // A path from a build on the other kind of system has the other separator, so Path.GetFileName does not do.
    private static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
