using System.Diagnostics.CodeAnalysis;
using StopKit.Hosting;

namespace StopKit;

/// <summary>Adds workers to a host.</summary>
/// <remarks>
/// <para>
/// Workers start when all hosted services have, by ascending order, and stop before them, by descending order; see
/// <see cref="WorkerGroup"/>. Their paths begin with the name of the application. A worker that fails stops the host
/// unless its policy, or <see cref="StopKitOptions.FailurePolicy"/>, says otherwise.
/// </para>
/// <para>Not thread-safe: it is for the code that builds a host.</para>
/// </remarks>
public static class StopKitBuilderExtensions
{
    /// <summary>Adds a worker that dependency injection makes.</summary>
    /// <typeparam name="T">
    /// The worker. It is added to the services as a singleton unless they have it, so that others can ask for it.
    /// </typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="order">Lower orders start first and stop last; equal orders together. 0 by default.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>
    /// A restart policy makes a new instance for each restart, which the service of this type does not become. A second
    /// call with the same type adds another instance.
    /// </remarks>
    public static IStopKitBuilder AddWorker<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IStopKitBuilder builder, int order = 0)
        where T : Worker => builder.AddWorker<T>(new MemberOptions { Order = order });

    /// <summary>Adds a worker that dependency injection makes, with options for this member.</summary>
    /// <typeparam name="T">
    /// The worker. It is added to the services as a singleton unless they have it, so that others can ask for it.
    /// </typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">
    /// The member's order and policy; <see cref="MemberOptions.Worker"/>, if it is not null, is given to the
    /// constructor.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// <see cref="MemberOptions.Worker"/> is not null, and no public constructor of <typeparamref name="T"/> takes
    /// <see cref="WorkerOptions"/>.
    /// </exception>
    public static IStopKitBuilder AddWorker<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IStopKitBuilder builder, MemberOptions options)
        where T : Worker
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return StopKitBuilder.Of(builder).Add(InjectedWorker<T>.Register(builder.Services, options), options with { Worker = null });
    }

    /// <summary>Adds a worker that a factory makes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes a new worker; called once at the start, and once for each restart.</param>
    /// <param name="order">Lower orders start first and stop last; equal orders together. 0 by default.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IStopKitBuilder AddWorker(this IStopKitBuilder builder, Func<IServiceProvider, Worker> factory, int order = 0) =>
        builder.AddWorker(factory, new MemberOptions { Order = order });

    /// <summary>Adds a worker that a factory makes, with options for this member.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes a new worker; called once at the start, and once for each restart.</param>
    /// <param name="options">The member's order and policy; its worker has options of its own.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><see cref="MemberOptions.Worker"/> is not null.</exception>
    public static IStopKitBuilder AddWorker(this IStopKitBuilder builder, Func<IServiceProvider, Worker> factory, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Worker is not null)
        {
            throw new ArgumentException(
                "A worker that a factory makes has its own options; MemberOptions.Worker is for bodies.", nameof(options));
        }

        return StopKitBuilder.Of(builder).Add(factory, options);
    }

    /// <summary>Adds a worker that runs an asynchronous body on the thread pool.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The worker's name.</param>
    /// <param name="body">
    /// What to run. The services are those of a scope of its own, which is disposed when the body has ended.
    /// </param>
    /// <param name="order">Lower orders start first and stop last; equal orders together. 0 by default.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="builder"/> or <paramref name="body"/> is null.
    /// </exception>
    public static IStopKitBuilder AddWorker(
        this IStopKitBuilder builder, string name, Func<IServiceProvider, StopToken, Task> body, int order = 0) =>
        builder.AddWorker(name, body, new MemberOptions { Order = order });

    /// <summary>
    /// Adds a worker that runs an asynchronous body on the thread pool, with options for this member.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The worker's name.</param>
    /// <param name="body">
    /// What to run. The services are those of a scope of its own, which is disposed when the body has ended.
    /// </param>
    /// <param name="options">The member's order and policy, and its worker's options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="builder"/>, <paramref name="body"/> or <paramref name="options"/> is null.
    /// </exception>
    public static IStopKitBuilder AddWorker(
        this IStopKitBuilder builder, string name, Func<IServiceProvider, StopToken, Task> body, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        var worker = options.Worker;
        return StopKitBuilder.Of(builder).Add(
            services => Worker.OnTasks(name, stop => ScopedBody.RunAsync(services, body, stop), worker), options with { Worker = null });
    }

    /// <summary>Adds a worker that runs a body on a thread of its own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The worker's name, also the thread's.</param>
    /// <param name="body">
    /// What to run. The services are those of a scope of its own, which is disposed when the body has ended.
    /// </param>
    /// <param name="order">Lower orders start first and stop last; equal orders together. 0 by default.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="builder"/> or <paramref name="body"/> is null.
    /// </exception>
    /// <remarks>
    /// The thread is a background thread, which does not keep the process: the host does that. Options of its own may
    /// say otherwise.
    /// </remarks>
    public static IStopKitBuilder AddWorker(
        this IStopKitBuilder builder, string name, Action<IServiceProvider, StopToken> body, int order = 0) =>
        builder.AddWorker(name, body, new MemberOptions { Order = order });

    /// <summary>Adds a worker that runs a body on a thread of its own, with options for this member.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The worker's name, also the thread's.</param>
    /// <param name="body">
    /// What to run. The services are those of a scope of its own, which is disposed when the body has ended.
    /// </param>
    /// <param name="options">The member's order and policy, and its worker's options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="builder"/>, <paramref name="body"/> or <paramref name="options"/> is null.
    /// </exception>
    public static IStopKitBuilder AddWorker(
        this IStopKitBuilder builder, string name, Action<IServiceProvider, StopToken> body, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        var worker = options.Worker ?? new WorkerOptions { IsBackground = true };
        return StopKitBuilder.Of(builder).Add(
            services => Worker.OnThread(name, stop => ScopedBody.Run(services, body, stop), worker), options with { Worker = null });
    }
}
