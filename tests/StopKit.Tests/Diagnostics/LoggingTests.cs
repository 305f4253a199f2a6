using Microsoft.Extensions.Logging;

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

        logger.Lines.Should().Equal(
            "1001 Debug Stop requested: enough", "1003 Error A stop callback failed (too slow)", "1002 Information Abort requested: now");
    }

    [Fact]
    public void A_logger_that_throws_harms_nobody()
    {
        using var source = new StopSource(logger: new ListLogger { Failure = new InvalidOperationException() });
        var calls = 0;
        source.Token.OnStop(_ => calls++);
        source.Token.OnStop(_ => throw new TimeoutException());

        source.RequestStop().Should().BeTrue();
        source.RequestAbort().Should().BeTrue();

        calls.Should().Be(1);
        source.CallbackExceptions.Should().ContainSingle().Which.Should().BeOfType<TimeoutException>();
    }

    private sealed class ListLogger : ILogger
    {
        internal List<string> Lines { get; } = [];

        internal Exception? Failure { get; init; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Failure is not null)
                throw Failure;
            var cause = exception is null ? "" : $" ({exception.Message})";
            Lines.Add($"{eventId.Id} {logLevel} {formatter(state, exception)}{cause}");
        }
    }
}
