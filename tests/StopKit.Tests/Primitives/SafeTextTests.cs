namespace StopKit.Tests.Primitives;

/// <summary>Text from elsewhere reaches no terminal and no log as anything but text.</summary>
public sealed class SafeTextTests
{
    [Theory]
    [InlineData("sender-3")]
    [InlineData("Käthe's Größe: 5 µm, 日本語, 👩‍👩‍👧, می‌خواهم")]
    [InlineData("")]
    public void A_text_without_unsafe_characters_is_the_same_text(string text)
    {
        SafeText.Line(text).Should().BeSameAs(text);
        SafeText.Lines(text).Should().BeSameAs(text);
    }

    [Theory]
    [InlineData("\u001B[2Jgone", "\uFFFD[2Jgone")]
    [InlineData("\a\0\b\u007F\u009B31m", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD31m")]
    [InlineData("user\u202Etxt.exe\u2066", "user\uFFFDtxt.exe\uFFFD")]
    [InlineData("one\r\ntwo\nthree\rfour\u2028five\u2029six\u0085seven\teight\vnine", "one two three four five six seven eight nine")]
    public void A_line_has_no_breaks_and_nothing_that_a_terminal_obeys(string text, string expected) => SafeText.Line(text).Should().Be(expected);

    [Theory]
    [InlineData("abcdefghij", 2, 3, "ab...hij")]
    [InlineData("\U0001F600\U0001F601\U0001F602\U0001F603", 3, 3, "\U0001F600...\U0001F603")]
    [InlineData("ne\u0301e\u0301e\u0301e\u0301n", 2, 2, "n...n")]
    [InlineData("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 10, 10, "👩‍👩‍👧...👩‍👩‍👧")]
    public void A_text_is_cut_between_characters_as_a_reader_sees_them(string text, int head, int tail, string expected) =>
        SafeText.WithoutMiddle(text, head, tail).Should().Be(expected);

    [Fact]
    public void Half_a_character_is_replaced()
    {
        SafeText.Line("a\uD83Db").Should().Be("a\uFFFDb");
        SafeText.Line("a\uDE00").Should().Be("a\uFFFD");
        SafeText.Line("\uD83D").Should().Be("\uFFFD");
        SafeText.Line("\U0001F600\uD83D\U0001F600").Should().Be("\U0001F600\uFFFD\U0001F600");
        SafeText.Lines("one\ntwo\uDE00").Should().Be("one\n   two\uFFFD");
    }

    [Fact]
    public void Lines_keep_their_breaks_but_none_can_pass_for_another_message() =>
        SafeText.Lines("app failed: bad\r\nroot: all ended\u001B[31m\n   at Parse()\u2028end")
            .Should().Be("app failed: bad\n   root: all ended\uFFFD[31m\n   at Parse()\n   end");

    [Fact]
    public void A_name_is_one_level_of_a_path() => SafeText.PathSegment("mail/sender\n3").Should().Be("mail_sender 3");
}
