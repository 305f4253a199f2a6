namespace StopKit.ProcessTests.Shutdown;

public sealed class ExitCodeTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("sync", "main")]
    [InlineData("async", "main")]
    [InlineData("worker", "root", "cleanup")]
    [InlineData("member", "app/parser")]
    [InlineData("nested", "main", "inner Exited")]
    public async Task An_ExitException_gives_its_code_after_every_finally_block_and_says_so_on_stderr(string form, string name, params string[] more)
    {
        await using var child = ChildProcess.StartTestChild("exit", form, "42");

        (await child.WaitForExitAsync()).Should().Be(42);
        child.Output.Lines.Should().Equal(["inner finally", "outer finally", .. more]);
        child.Errors.Lines.Should().Equal($"{name}: exit with code 42");
    }

    [Theory(Timeout = Limit)]
    [InlineData("0", 0)]
    [InlineData("256", 1)] // of which the system would keep a 0
    [InlineData("-1", 255)]
    public async Task Only_an_ExitException_with_code_0_is_success(string code, int seen)
    {
        await using var child = ChildProcess.StartTestChild("exit", "sync", code);

        (await child.WaitForExitAsync()).Should().Be(seen);
        child.Errors.Lines.Should().Equal(seen == 0 ? [] : [$"main: exit with code {code}"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("sync", "main")]
    [InlineData("async", "main")]
    [InlineData("worker", "root", "cleanup")]
    [InlineData("group", "app/parser")]
    [InlineData("nested", "main", "inner Faulted")]
    public async Task A_fault_gives_1_and_the_exception_on_stderr(string form, string name, params string[] more)
    {
        await using var child = ChildProcess.StartTestChild("fail", form);

        (await child.WaitForExitAsync()).Should().Be(1);
        child.Output.Lines.Should().Equal(["inner finally", "outer finally", .. more]);
        child.Errors.Lines[0].Should().Be($"{name} failed: System.IO.InvalidDataException: bad header");
        child.Errors.Lines.Should().Contain(line => line.Contains("ThrowingMain.Inner", StringComparison.Ordinal), "the stack trace tells where");
    }
}
