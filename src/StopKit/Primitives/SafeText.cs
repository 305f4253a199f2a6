using System.Buffers;
using System.Globalization;
using System.Text;

namespace StopKit;

/// <summary>The one place that makes text from elsewhere safe to show: names, messages, exceptions.</summary>
/// <remarks>
/// A terminal obeys control characters, a reader is deceived by characters that turn the direction of a line, and a log
/// takes a line break for the start of another entry. Text without any of them, nearly all there is, comes back as it
/// is.
/// </remarks>
internal static class SafeText
{
    private const char Replacement = '\uFFFD'; // Unicode's own sign for a character that cannot be shown

    // LF, VT, FF, CR, NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR
    private const string LineBreaks = "\n\v\f\r\u0085\u2028\u2029";

    // What turns the direction of text: ALM, LRM, RLM, the embeddings and overrides, the isolates.
    private const string Directions = "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

    private static readonly SearchValues<char> Unsafe = SearchValues.Create(Controls() + LineBreaks + Directions);

    /// <summary>
    /// Puts a text on one line: a line break or tab becomes a space, and any other character that is not safe U+FFFD.
    /// </summary>
    internal static string Line(string text)
    {
        if (IsSafe(text))
            return text;
        var line = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            var c = text[index];
            if (c == '\r' && index + 1 < text.Length && text[index + 1] == '\n')
                continue; // the two are one break
            if (char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                line.Append(text, index++, 2);
                continue;
            }

            var isBlank = c == '\t' || LineBreaks.Contains(c, StringComparison.Ordinal);
            line.Append(isBlank ? ' ' : Unsafe.Contains(c) || char.IsSurrogate(c) ? Replacement : c);
        }

        return line.ToString();
    }

    /// <summary>
    /// Keeps the lines of a text, such as a stack trace, each as safe as <see cref="Line"/> makes it; all but the first
    /// are indented, so that none can be taken for a line of its own.
    /// </summary>
    internal static string Lines(string text) => IsSafe(text)
        ? text
        : string.Join('\n',
            text.ReplaceLineEndings("\n").Split('\n')
                .Select(static (line, index) => index == 0 ? Line(line) : Indented(Line(line))));

    /// <summary>Makes a name one level of a path: a slash, which would make two, becomes an underscore.</summary>
    internal static string PathSegment(string name) => Line(name).Replace('/', '_');

    /// <summary>
    /// Puts three dots in the place of a text's middle, and cuts it between what a reader takes for one character: no
    /// surrogate pair and no combining sequence is torn.
    /// </summary>
    /// <param name="text">The text, longer than what is to be left of it.</param>
    /// <param name="head">How much of its beginning to keep, at most.</param>
    /// <param name="tail">How much of its end to keep, at most.</param>
    internal static string WithoutMiddle(string text, int head, int tail)
    {
        var (start, end) = (0, 0);
        // From the beginning: where a character begins cannot be told from the middle.
        for (; end < text.Length - tail; end += StringInfo.GetNextTextElementLength(text, end))
            start = end <= head ? end : start;
        return $"{text[..start]}...{text[end..]}";
    }

    private static bool IsSafe(string text)
    {
        if (text.AsSpan().IndexOfAny(Unsafe) >= 0)
            return false;
        // Half a character, which no encoder takes, is rare, and so are the whole ones that need two.
        for (var index = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); index >= 0 && index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
                continue;
            if (!char.IsSurrogatePair(text, index))
                return false;
            index++;
        }

        return true;
    }

    private static string Indented(string line) => line.StartsWith("   ", StringComparison.Ordinal) ? line : $"   {line}";

    // C0, DEL and C1
    private static string Controls() => new([.. Enumerable.Range(0, 0xA0).Select(static code => (char)code).Where(char.IsControl)]);
}
