using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StopKit.Tests.Processes;

public sealed class ProcessWorkerArgumentsTests
{
    [Fact]
    public void What_cannot_be_started_is_refused_at_once()
    {
        Making(null!).Should().Throw<ArgumentNullException>().WithParameterName("startInfo");
        Making(new ProcessStartInfo()).Should().Throw<ArgumentException>().WithParameterName("startInfo").WithMessage("The start info names no program*");
        Making(new ProcessStartInfo("ls") { UseShellExecute = true }).Should().Throw<ArgumentException>().WithMessage("UseShellExecute must be false*");
        Making(new ProcessStartInfo("ls", ["-l"]) { Arguments = "-a" }).Should().Throw<ArgumentException>().WithMessage("It has both Arguments and ArgumentList*");
    }

    [Fact]
    public void Options_are_checked()
    {
        FluentActions.Invoking(() => new ProcessWorkerOptions { Worker = null! }).Should().Throw<ArgumentNullException>().WithParameterName("Worker");
        FluentActions.Invoking(() => new ProcessWorkerOptions { Signal = (PosixSignal)9 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Signal");
        FluentActions.Invoking(() => new ProcessWorkerOptions { Containment = (ProcessContainment)7 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Containment");
        FluentActions.Invoking(() => new ProcessWorkerOptions { OutputLimit = TimeSpan.FromSeconds(-2) }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("OutputLimit");
    }

    [Fact]
    public void Options_have_the_defaults_that_are_documented()
    {
        var options = new ProcessWorkerOptions();

        options.Should().BeEquivalentTo(new
        {
            Signal = PosixSignal.SIGTERM,
            EntireTree = true,
            OutputLine = (Action<string>?)null,
            ErrorLine = (Action<string>?)null,
            OutputLimit = TimeSpan.FromSeconds(2),
            CloseInputOnStop = false,
            EndWithParent = false,
            OwnGroup = true,
            Containment = ProcessContainment.Mark,
        });
        options.Worker.Grace.Should().Be(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_copy_of_options_may_differ()
    {
        var options = new ProcessWorkerOptions { Signal = PosixSignal.SIGINT, EndWithParent = true };

        (options with { OwnGroup = false }).Should().BeEquivalentTo(new { Signal = PosixSignal.SIGINT, EndWithParent = true, OwnGroup = false });
        (options with { }).Should().Be(options);
        FluentActions.Invoking(() => options with { OutputLimit = TimeSpan.FromSeconds(-2) }).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void All_that_the_start_info_says_is_copied()
    {
        var start = new ProcessStartInfo("ls", ["-l"])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = System.Text.Encoding.Latin1,
            StandardOutputEncoding = System.Text.Encoding.Latin1,
            StandardErrorEncoding = System.Text.Encoding.Latin1,
            CreateNoWindow = true,
            ErrorDialog = true,
            ErrorDialogParentHandle = 1,
            WindowStyle = ProcessWindowStyle.Hidden,
            UserName = "nobody",
            Verb = "open",
        };
        start.Environment["WORD"] = "value";
        start.Environment.Remove("PATH");

        var copy = ChildStart.Copy(start, ProcessWorkerOptions.Default);

        foreach (var property in typeof(ProcessStartInfo).GetProperties().Where(property => property.Name is not ("Verbs" or "EnvironmentVariables")))
        {
            if (!property.GetCustomAttributes(inherit: false).OfType<System.Runtime.Versioning.SupportedOSPlatformAttribute>().Any())
                property.GetValue(copy).Should().BeEquivalentTo(property.GetValue(start), property.Name);
        }
    }

    private static Action Making(ProcessStartInfo start, ProcessWorkerOptions? options = null) => () => _ = new ProcessWorker(start, options: options);
}
