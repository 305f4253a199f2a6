namespace StopKit.Tests.Patterns;

/// <summary>P7, leave the program from inside with a status: every finally block runs on the way, and the code arrives.</summary>
public sealed class P07ExitCode
{
    [Fact(Timeout = Patience.TestTimeout)]
    public async Task An_ExitException_unwinds_and_becomes_the_exit_code() => await Task.Run(() =>
    {
        var steps = new List<string>();

        var code = StopApp.Run(_ =>
        {
            try
            {
                Deep();
            }
            catch (ExitException exit)
            {
                steps.Add($"main hears of {exit.ExitCode}");
                throw;
            }
        });

        code.Should().Be(3);
        steps.Should().Equal("cleaned up", "main hears of 3");

        void Deep()
        {
            try
            {
                throw new ExitException(3);
            }
            finally
            {
                steps.Add("cleaned up");
            }
        }
    });
}
