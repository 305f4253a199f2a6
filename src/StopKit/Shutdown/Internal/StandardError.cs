namespace StopKit;

/// <summary>
/// Writes lines on stderr, which may not be read: a full pipe or a held terminal blocks no stop.
/// </summary>
internal static class StandardError
{
    // Far more than they take, even on a machine that has hardly any time for this process.
    private static readonly TimeSpan TimeToMakeTexts = TimeSpan.FromSeconds(7);

    private static readonly BackgroundText Writer = new("StopKit stderr", Console.Error.WriteLine);

    /// <summary>Adds a text, which is made and written on a thread of its own; returns at once.</summary>
    internal static void Post(Func<string> makeText) => Writer.Post(makeText);

    /// <inheritdoc cref="Post(Func{string})"/>
    internal static void Post(string text) => Writer.Post(() => text);

    /// <summary>
    /// Waits until everything is written; false if stderr blocked for <paramref name="limit"/>, or the texts were not
    /// even made within that and some seconds.
    /// </summary>
    internal static bool Flush(TimeSpan limit) => Writer.Flush(limit, TimeToMakeTexts);
}
