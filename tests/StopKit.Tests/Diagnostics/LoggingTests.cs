namespace StopKit.Tests.Diagnostics;

public sealed class LoggingTests
{
    [Fact]
    public void Requests_and_failed_callbacks_are_logged_once_with_stable_ids()
    {
        var logger = new ListLogger();
        using var source = new StopSource(logger: logger);
        using var child = StopSource.LinkedTo(source.Token);
        child.Token.OnStop(_ => throw new TimeoutException("too slow"));

        source.RequestStop("enough");
        source.RequestStop("again");
        source.RequestAbort("now");
        source.RequestAbort("again");

        logger.Entries.Select(entry => $"{entry.Id} {entry.Level} {entry.Text} {entry.Exception?.Message}".TrimEnd()).Should().Equal(
            "1001 Debug Stop requested: enough", "1003 Error A stop callback failed too slow", "1002 Information Abort requested: now");
    }

    [Fact]
    public void A_logger_that_throws_harms_nobody()
    {
        using var source = new StopSource(logger: new CallbackLogger { OnLog = _ => throw new InvalidOperationException() });
        var calls = 0;
        source.Token.OnStop(_ => calls++);
        source.Token.OnStop(_ => throw new TimeoutException());

        source.RequestStop().Should().BeTrue();
        source.RequestAbort().Should().BeTrue();

        calls.Should().Be(1);
        source.CallbackExceptions.Should().ContainSingle().Which.Should().BeOfType<TimeoutException>();
    }
}
