using Microsoft.CodeAnalysis.Text;

namespace StopKit.Analyzers.Tests.Support;

/// <summary>Code in which <c>[|…|]</c> marks what a rule must report.</summary>
internal sealed class MarkedCode
{
    private MarkedCode(string text, IReadOnlyList<TextSpan> spans)
    {
        Text = text;
        Spans = spans;
    }

    internal string Text { get; }

    internal IReadOnlyList<TextSpan> Spans { get; }

    /// <summary>Takes the marks out of code; members without a type around them get a class.</summary>
    internal static MarkedCode Parse(string code)
    {
        var spans = new List<TextSpan>();
        var text = code.StartsWith("class ", StringComparison.Ordinal) ? code : $"class C\n{{\n{code}\n}}\n";
        for (var start = text.IndexOf("[|", StringComparison.Ordinal); start >= 0; start = text.IndexOf("[|", StringComparison.Ordinal))
        {
            text = text.Remove(start, 2);
            var end = text.IndexOf("|]", start, StringComparison.Ordinal);
            text = text.Remove(end, 2);
            spans.Add(TextSpan.FromBounds(start, end));
        }

        return new MarkedCode(text, spans);
    }
}
