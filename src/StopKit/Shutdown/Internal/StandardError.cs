namespace StopKit;

/// <summary>Writes lines on stderr, for people who may not be reading: a full pipe or a held terminal blocks no stop.</summary>
internal static class StandardError
{
    private static readonly BackgroundText Writer = new("StopKit stderr", Console.Error.WriteLine);

    /// <summary>Adds a text, which is made and written on a thread of its own; returns at once.</summary>
    internal static void Post(Func<string> makeText) => Writer.Post(makeText);

    /// <inheritdoc cref="Post(Func{string})"/>
    internal static void Post(string text) => Writer.Post(() => text);

    /// <summary>Waits until everything is written; false if <paramref name="limit"/> expired first.</summary>
    internal static bool Flush(TimeSpan limit) => Writer.Flush(limit);
}
