using System.Diagnostics;
using System.Reflection;

namespace StopKit.Testing;

/// <summary>One look: the member that looks or the point, and the code that it is in, as far as that is known.</summary>
internal sealed record Look(string Member, string Place)
{
    private static readonly Assembly[] Own = [typeof(StopToken).Assembly, typeof(StopTest).Assembly];

    /// <summary>Gets a value indicating whether the test has named it.</summary>
    internal bool IsPoint { get; private init; }

    /// <summary>Gets the text of the report: the place alone says which look it is, a point has a name.</summary>
    internal string Where => Place.Length == 0 ? Member
        : IsPoint ? $"{Member}, {Place}"
        : Place;

    internal static Look Point(string name) => new(name, "") { IsPoint = true };

    internal static Look At(string member, string method, string file, int line) =>
        new(member, line > 0 ? PlaceOf(method, file, line) : "");

    public override string ToString() => Place.Length > 0 ? $"{Member} ({Place})" : Member;

    /// <summary>Finds the calling code that is neither the library's nor the platform's.</summary>
    internal static string CallingPlace()
    {
        foreach (var frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            var method = frame.GetMethod();
            var type = method?.DeclaringType;
            if (type is null || IsNotOfTest(type.Assembly))
                continue;
            var member = Written(method!.Name) ?? Written(type.Name) ?? method.Name;
            return frame.GetFileName() is { } file ? PlaceOf(member, file, frame.GetFileLineNumber()) : member;
        }

        return "";
    }

    private static bool IsNotOfTest(Assembly assembly) => assembly.IsDynamic || Own.Contains(assembly)
        || assembly.GetName().Name is not { } name || name.StartsWith("System.", StringComparison.Ordinal);

    private static string PlaceOf(string method, string file, int line) =>
        FormattableString.Invariant($"{method}, {file[(file.LastIndexOfAny(['/', '\\']) + 1)..]}:{line}");

    // What the compiler makes of a lambda or an async method has the name of that method between < and >.
    private static string? Written(string name)
    {
        var end = name.IndexOf('>', StringComparison.Ordinal);
        return name.StartsWith('<') && end > 1 ? name[1..end] : null;
    }
}
