using Microsoft.Extensions.Logging.Abstractions;

namespace StopKit;

/// <content>Adding members.</content>
public partial class WorkerGroup
{
    // A walk through nested groups is recursive, and must fit the smallest stack that is usual.
    private const int DeepestNesting = 256;

    // Held while a group is put into another one, so that two that are nested at the same time make neither a circle nor a tower.
    private static readonly object Nesting = new();

    private int _height = 1; // groups from this one down to its lowest; guarded by Nesting

    /// <summary>Adds a worker; if the group is running, starts it.</summary>
    /// <param name="worker">
    /// The worker, not started; the group starts it once, so a restart policy cannot make it anew.
    /// </param>
    /// <param name="order">
    /// Lower orders start first and stop last; equal orders start and stop together. 0 by default.
    /// </param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="worker"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The worker was started or stopped, is in a group already, is this group or one around it, or would nest groups
    /// more than 256 deep.
    /// </exception>
    public bool Add(Worker worker, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return Add(worker, factory: null, order, _policy);
    }

    /// <summary>
    /// Adds a worker that is made by a factory, so that a restart policy can make it anew; if the group is running,
    /// starts it.
    /// </summary>
    /// <param name="factory">Makes a new worker; called once now, and once for each restart.</param>
    /// <param name="order">
    /// Lower orders start first and stop last; equal orders start and stop together. 0 by default.
    /// </param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The factory returned null, or a worker that was started or stopped, is in a group already, or would nest groups
    /// more than 256 deep.
    /// </exception>
    public bool Add(Func<Worker> factory, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(factory, order, _policy);
    }

    /// <summary>Adds a <see cref="ThreadWorker"/> that runs a body; if the group is running, starts it.</summary>
    /// <param name="name">The worker's name; <c>ThreadWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on a thread of its own.</param>
    /// <param name="order">
    /// Lower orders start first and stop last; equal orders start and stop together. 0 by default.
    /// </param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public bool Add(string name, Action<StopToken> body, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Add(() => new ThreadWorker.BodyWorker(name, body, Options), order, _policy);
    }

    /// <summary>Adds an <see cref="AsyncWorker"/> that runs a body; if the group is running, starts it.</summary>
    /// <param name="name">The worker's name; <c>AsyncWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on the thread pool.</param>
    /// <param name="order">
    /// Lower orders start first and stop last; equal orders start and stop together. 0 by default.
    /// </param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public bool Add(string name, Func<StopToken, Task> body, int order = 0)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Add(() => new AsyncWorker.BodyWorker(name, body, Options.ForTasks()), order, _policy);
    }

    /// <summary>Adds a worker, with options for this member; if the group is running, starts it.</summary>
    /// <param name="worker">
    /// The worker, not started; the group starts it once, so a restart policy cannot make it anew.
    /// </param>
    /// <param name="options">The member's order and policy; its worker has options of its own.</param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><see cref="MemberOptions.Worker"/> is not null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The worker was started or stopped, is in a group already, is this group or one around it, or would nest groups
    /// more than 256 deep.
    /// </exception>
    public bool Add(Worker worker, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(worker);
        CheckWithoutWorker(options);
        return Add(worker, factory: null, options.Order, options.Policy ?? _policy);
    }

    /// <summary>
    /// Adds a worker that is made by a factory, with options for this member; if the group is running, starts it.
    /// </summary>
    /// <param name="factory">Makes a new worker; called once now, and once for each restart.</param>
    /// <param name="options">The member's order and policy; its worker has options of its own.</param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><see cref="MemberOptions.Worker"/> is not null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The factory returned null, or a worker that was started or stopped, is in a group already, or would nest groups
    /// more than 256 deep.
    /// </exception>
    public bool Add(Func<Worker> factory, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(factory);
        CheckWithoutWorker(options);
        return Add(factory, options.Order, options.Policy ?? _policy);
    }

    /// <summary>
    /// Adds a <see cref="ThreadWorker"/> that runs a body, with options for this member; if the group is running,
    /// starts it.
    /// </summary>
    /// <param name="name">The worker's name; <c>ThreadWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on a thread of its own.</param>
    /// <param name="options">The member's order and policy, and its worker's options.</param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="body"/> or <paramref name="options"/> is null.
    /// </exception>
    public bool Add(string name, Action<StopToken> body, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        return Add(() => new ThreadWorker.BodyWorker(name, body, options.Worker ?? Options), options.Order, options.Policy ?? _policy);
    }

    /// <summary>
    /// Adds an <see cref="AsyncWorker"/> that runs a body, with options for this member; if the group is running,
    /// starts it.
    /// </summary>
    /// <param name="name">The worker's name; <c>AsyncWorker</c> and a number if blank.</param>
    /// <param name="body">What to run, on the thread pool.</param>
    /// <param name="options">The member's order and policy, and its worker's options.</param>
    /// <returns>
    /// True if it was added; false if the group is stopping or has ended: the worker is not started then.
    /// </returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="body"/> or <paramref name="options"/> is null.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <see cref="MemberOptions.Worker"/> has settings that only a thread can have.
    /// </exception>
    public bool Add(string name, Func<StopToken, Task> body, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        return Add(
            () => new AsyncWorker.BodyWorker(name, body, options.Worker ?? Options.ForTasks()),
            options.Order, options.Policy ?? _policy);
    }

    private protected override void OnInherited()
    {
        Worker[] members;
        lock (_lock)
        {
            _stageContext?.Use(Options.TimeProvider, NullLogger.Instance);
            members = [.. _roster.Members.Select(static member => member.Worker)];
        }

        foreach (var member in members)
            member.Inherit(Options);
    }

    private static void CheckWithoutWorker(MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Worker is not null)
            throw new ArgumentException("A worker that is added has its own options; MemberOptions.Worker is for bodies.", nameof(options));
    }

    private bool Add(Func<Worker> factory, int order, FailurePolicy policy) =>
        Add(factory() ?? throw new InvalidOperationException("The factory returned no worker."), factory, order, policy);

    private bool Add(Worker worker, Func<Worker>? factory, int order, FailurePolicy policy)
    {
        var (member, startsNow) = InNesting(worker, () => Enter(worker, factory, order, policy));
        if (startsNow)
            member!.Start(); // if the group has been asked to stop meanwhile, it ends as not run
        return member is not null;
    }

    /// <summary>Gives a member's place to a worker that was made anew for it.</summary>
    internal void Admit(GroupMember member, Worker worker) => InNesting(worker, () =>
    {
        worker.JoinGroup(member);
        return true;
    });

    /// <summary>
    /// Puts a worker into the group; if it is a group itself, only where that makes neither a circle nor a tower.
    /// </summary>
    private T InNesting<T>(Worker worker, Func<T> enter)
    {
        if (worker is not WorkerGroup group)
            return enter();
        lock (Nesting)
        {
            CheckNesting(group);
            var entered = enter();
            if (group.Group == this)
                Raise(group._height);
            return entered;
        }
    }

    /// <summary>Gives a worker its place in the group; returns null if the group is closed.</summary>
    private (GroupMember? Member, bool StartsNow) Enter(Worker worker, Func<Worker>? factory, int order, FailurePolicy policy)
    {
        lock (_lock)
        {
            if (_isClosed || Source.IsStopRequested)
                return (null, false);
            if (!_stages.TryGetValue(order, out var stage))
                _stages.Add(order, stage = new GroupStage(order, Source, _stageContext ??= new GroupContext(this, Options.TimeProvider)));
            var member = new GroupMember(this, stage, worker, factory, policy);
            worker.JoinGroup(member);
            _roster.Add(member);
            if (!_isRunning)
                return (member, false);
            if (_starting < order)
            {
                Await(member); // orders before its own are not ready
                return (member, false);
            }

            _alive++;
            stage.Alive++;
            return (member, true);
        }
    }

    /// <summary>Throws if a group that is to be put into this one would make a circle or a tower.</summary>
    private void CheckNesting(WorkerGroup group)
    {
        var depth = 0;
        for (Worker? around = this; around is not null; around = around.Group)
        {
            if (around == group)
                throw new InvalidOperationException($"Group '{group.Name}' cannot be in itself.");
            depth++;
        }

        if (depth + group._height > DeepestNesting)
            throw new InvalidOperationException(
                $"Group '{group.Name}' cannot be added here: it would nest more than {DeepestNesting} groups deep.");
    }

    /// <summary>Notes, here and in all groups around, how high the tree below has become.</summary>
    private void Raise(int heightBelow)
    {
        for (var group = this; group is not null && group._height <= heightBelow; group = (WorkerGroup?)group.Group)
            group._height = ++heightBelow;
    }
}
