using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace StopKit.Tests.Diagnostics;

/// <summary>What a debugger shows of each public type, evaluated as it does: members by name, also private ones.</summary>
public sealed partial class DebuggerDisplayTests
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly ManualClock _clock = new();

    // A probe is hidden, and has nothing to show.
    public static TheoryData<Type> Types => new(typeof(StopToken).Assembly.GetExportedTypes()
        .Where(type => type != typeof(StopProbe) && !(type.IsAbstract && type.IsSealed) && !type.IsEnum && !type.IsInterface && !type.IsSubclassOf(typeof(Delegate))));

    [Theory, MemberData(nameof(Types))]
    public void Every_public_type_has_one_and_every_name_in_it_exists(Type type)
    {
        var display = type.GetCustomAttribute<DebuggerDisplayAttribute>(inherit: true);

        display.Should().NotBeNull();
        var expressions = Expressions().Matches(display!.Value!);
        expressions.Should().NotBeEmpty();
        foreach (Match expression in expressions)
        {
            var at = type;
            foreach (var name in Names(expression))
                at = TypeOf(Find(at, name));
        }
    }

    [Fact]
    public void There_are_types_to_test() => Types.AsEnumerable<object[]>().Should().HaveCountGreaterThan(15);

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_worker_shows_its_state_its_stop_and_then_its_result()
    {
        var mayEnd = new Gate();
        var worker = TestWorkers.Make(
            WorkerKind.Async, _ => mayEnd.Pass(), options: new WorkerOptions { TimeProvider = _clock }, name: "sender-3");
        Show(worker).Should().Be("sender-3: Created, Running");

        worker.Start();
        Show(worker).Should().Be("sender-3: Running, Running");
        worker.RequestStop("enough");
        Show(worker).Should().Be("sender-3: Running, Stopping (enough)");
        worker.RequestAbort("too late");
        Show(worker).Should().Be("sender-3: Running, Aborting (enough)");

        mayEnd.Open();
        var result = await worker.Completion;
        Show(worker).Should().Be("sender-3: Aborted after 0 ms (enough)");
        Show(result).Should().Be(Show(worker));
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData("queue")]
    [InlineData("periodic")]
    [InlineData("group")]
    [InlineData("thread")]
    public async Task A_worker_of_any_kind_shows_outcome_and_reason(string name)
    {
        var options = new WorkerOptions { TimeProvider = _clock };
        Worker worker = name switch
        {
            "queue" => QueueWorker<int>.Start(name, (_, _) => Task.CompletedTask, options: options),
            "periodic" => PeriodicWorker.Start(name, TimeSpan.FromSeconds(1), _ => Task.CompletedTask, options: options),
            "thread" => ThreadWorker.Start(name, stop => stop.Wait(), options: options),
            _ => new WorkerGroup(name, options: options),
        };
        if (worker is WorkerGroup)
            worker.Start();
        Show(worker).Should().Be($"{name}: Running, Running");

        worker.RequestStop(StopReason.FromSignal(PosixSignal.SIGTERM));
        await worker.Completion;

        Show(worker).Should().Be($"{name}: Stopped after 0 ms (SIGTERM received)");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Looking_at_a_worker_is_no_observation_and_changes_nothing()
    {
        var (isRunning, mayEnd) = (new Gate(), new Gate());
        Worker? worker = null;
        worker = TestWorkers.Make(WorkerKind.Async, stop =>
        {
            isRunning.Open();
            mayEnd.Pass();
            Show(worker!);
            Show(stop);
        });
        worker.Start();
        await isRunning.PassAsync();

        worker.RequestStop();
        Show(worker);
        mayEnd.Open();

        (await worker.Completion).Outcome.Should().Be(WorkerOutcome.Completed);
    }

    [Fact]
    public void A_source_and_its_token_show_stage_and_reasons()
    {
        var source = new StopSource();
        (Show(source), Show(source.Token)).Should().Be(("Running", "Running"));

        source.RequestStop("enough");
        (Show(source), Show(source.Token)).Should().Be(("Stopping: enough", "Stopping: enough"));

        source.RequestAbort("too late");
        (Show(source), Show(source.Token)).Should().Be(("Aborting: too late (stopped: enough)", "Aborting: too late"));

        var disposed = new StopSource();
        disposed.Dispose();
        (Show(disposed), Show(disposed.Token)).Should().Be(("Disposed, was running", "Running, cannot be stopped any more"));
        Show(StopToken.None).Should().Be("None");
    }

    [Fact]
    public void A_registration_shows_whether_it_is_still_to_be_called()
    {
        using var source = new StopSource();
        var called = source.Token.OnStop(_ => { });
        var running = default(StopRegistration);
        var shown = "";
        running = source.Token.OnStop(_ => shown = Show(running));
        Show(called).Should().Be("Registered");

        source.RequestStop();

        shown.Should().Be("Running");
        Show(called).Should().Be("Done or unregistered");
        Show(default(StopRegistration)).Should().Be("Empty");
    }

    [Fact]
    public void A_reason_shows_cause_and_message() =>
        Show(StopReason.FromSignal(PosixSignal.SIGTERM)).Should().Be("Signal: SIGTERM received");

    [Fact]
    public void An_exception_shows_what_it_means()
    {
        using var source = new StopSource();
        source.RequestStop("enough");
        var stopped = source.Token.Invoking(token => token.ThrowIfStopRequested()).Should().Throw<StopRequestedException>().Which;

        Show(stopped).Should().Be("Stopping: enough");
        Show(new ExitException(7)).Should().Be("ExitCode = 7");
    }

    [Fact]
    public void Events_show_whether_they_are_set()
    {
        var flag = new StopFlag();
        flag.Set();

        Show(flag).Should().Be("IsSet = True");
        Show(new StopEvent()).Should().Be("IsSet = False");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task A_report_shows_how_many_are_late_and_an_entry_who_and_how()
    {
        var task = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task;

        var report = await Join.AllAsync(TimeSpan.Zero, ((Joinable)task).Named("upload"));

        Show(report).Should().StartWith("1 of 1 late after 00:00:0");
        Show(report.Entries[0]).Should().Be("upload: Abandoned");
        Show(((Joinable)task).Named("upload")).Should().Be("upload");
    }

    private static string Show(object value)
    {
        var display = value.GetType().GetCustomAttribute<DebuggerDisplayAttribute>(inherit: true)!.Value!;
        return Expressions().Replace(display, match =>
            $"{Names(match).Aggregate((object?)value, (at, name) => ValueOf(Find(at!.GetType(), name), at))}");
    }

    private static string[] Names(Match expression) => expression.Groups["path"].Value.Replace("()", "").Split('.');

    private static MemberInfo Find(Type type, string name)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            // Of methods only those without parameters can be meant.
            var found = at.GetMember(name, Any | BindingFlags.DeclaredOnly).FirstOrDefault(member => member is not MethodInfo method || method.GetParameters().Length == 0);
            if (found is not null)
                return found;
        }

        return type.GetInterfaces().Select(side => (MemberInfo?)side.GetProperty(name)).FirstOrDefault(property => property is not null)
            ?? throw new MissingMemberException(type.Name, name);
    }

    private static Type TypeOf(MemberInfo member) => member switch
    {
        PropertyInfo property => property.PropertyType,
        FieldInfo field => field.FieldType,
        _ => ((MethodInfo)member).ReturnType,
    };

    private static object? ValueOf(MemberInfo member, object owner) => member switch
    {
        PropertyInfo property => property.GetValue(owner),
        FieldInfo field => field.GetValue(owner),
        _ => ((MethodInfo)member).Invoke(owner, null),
    };

    [GeneratedRegex(@"\{(?<path>[^,}]+)(,nq)?\}")]
    private static partial Regex Expressions();
}
