namespace StopKit.Testing;

/// <summary>Says how <see cref="StopTest"/> explores a worker, and what it asks of it.</summary>
/// <remarks>Immutable and thread-safe; one instance may serve many tests.</remarks>
public sealed record StopTestOptions
{
    private readonly StopTestStages _stages = StopTestStages.StopAndAbort;
    private readonly TimeSpan _deadline = TimeSpan.FromSeconds(5);
    private readonly int? _maxLooksAfterStop;
    private readonly int _maxRuns = 2000;

    /// <summary>
    /// Gets what is requested at each look: <see cref="StopTestStages.StopAndAbort"/> by default; any defined value.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public StopTestStages Stages
    {
        get => _stages;
        init => _stages = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Stages), value, "Not a defined value.");
    }

    /// <summary>
    /// Gets how long after the request a worker may take to end, in real time: 5 s by default; more than zero, up to 24
    /// days.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of that range.</exception>
    public TimeSpan Deadline
    {
        get => _deadline;
        init => _deadline = value > TimeSpan.Zero && value.TotalMilliseconds < int.MaxValue
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Deadline), value, "More than zero, up to 24 days.");
    }

    /// <summary>
    /// Gets how often a worker may look at its token after the look that shows it the request: null, no limit, by
    /// default; 0 or more.
    /// </summary>
    /// <remarks>Looks at the token of a cleanup do not count. Each member of a group has its own count.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? MaxLooksAfterStop
    {
        get => _maxLooksAfterStop;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(MaxLooksAfterStop));
            _maxLooksAfterStop = value;
        }
    }

    /// <summary>
    /// Gets a value indicating whether it is a failure that a worker which was stopped leaves a scope of its token
    /// undisposed; false by default.
    /// </summary>
    /// <remarks>A cleanup that throws is a failure in any case, as any other fault is.</remarks>
    public bool MustCleanUp { get; init; }

    /// <summary>
    /// Gets how many looks are explored for each of <see cref="Stages"/>: 2,000 by default; 1 or more.
    /// </summary>
    /// <remarks>
    /// A run with more looks is sampled: one look of each of so many equal parts is chosen by <see cref="Seed"/>, and a
    /// failure is narrowed down by halves to the first look that shows it.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxRuns
    {
        get => _maxRuns;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxRuns));
            _maxRuns = value;
        }
    }

    /// <summary>
    /// Gets what the choice of looks is made from: null, another one for each exploration, by default; any number.
    /// </summary>
    /// <remarks>The report tells the seed of a sample, and this repeats it.</remarks>
    public int? Seed { get; init; }

    /// <summary>
    /// Gets the clock of workers that have none of their own: null, a clock that moves by itself, by default.
    /// </summary>
    /// <remarks>
    /// The clock of null jumps to the next timer that is due when every worker of the test waits, so that waits cost no
    /// real time. Each run has its own.
    /// </remarks>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>
    /// Gets what runs once more in the scene after the stop and the check, without a stop; null, nothing, by default.
    /// </summary>
    /// <remarks>
    /// It is given the scene. A <see cref="Worker"/> that it returns is started and must end without a fault, a
    /// <see cref="Task"/> must end well; then the check has to hold again. The scene is <see langword="dynamic"/> so
    /// that the options need no type argument: <c>scene =&gt; scene.Next()</c>, or <c>scene =&gt;
    /// ((Scene)scene).Next()</c> to have it checked by the compiler.
    /// </remarks>
    public Func<dynamic, object?>? RunAgain { get; init; }
}
