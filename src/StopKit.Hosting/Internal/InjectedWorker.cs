using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace StopKit.Hosting;

/// <summary>Makes workers by dependency injection.</summary>
internal static class InjectedWorker<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>
    where T : Worker
{
    private static bool TakesOptions => typeof(T).GetConstructors().SelectMany(static constructor => constructor.GetParameters())
        .Any(static parameter => parameter.ParameterType == typeof(WorkerOptions));

    /// <summary>
    /// Adds the worker to the services, so that others can ask for it, unless they have one of this type.
    /// </summary>
    /// <returns>
    /// Gives the worker of the services once, if it is there for this member; from then on, and otherwise, a new one.
    /// </returns>
    internal static Func<IServiceProvider, Worker> Register(IServiceCollection services, MemberOptions options)
    {
        var worker = options.Worker;
        if (worker is not null && !TakesOptions)
        {
            throw new ArgumentException(
                $"{typeof(T).Name} has no public constructor that takes WorkerOptions, so MemberOptions.Worker would not reach it.",
                nameof(options));
        }

        var isTaken = services.Any(static service => service.ServiceType == typeof(InjectedWorkerMark));
        var isRegistered = services.Any(static service => service.ServiceType == typeof(T));
        if (!isRegistered)
            services.AddSingleton(provider => Make(provider, worker));
        if (!isTaken)
            services.AddSingleton<InjectedWorkerMark>();
        if (isTaken)
            return provider => Make(provider, worker);

        var isGiven = false;
        return provider =>
        {
            // A worker runs once, so a restart needs another instance.
            if (isGiven)
                return Make(provider, worker);
            isGiven = true;
            return provider.GetRequiredService<T>();
        };
    }

    private static T Make(IServiceProvider provider, WorkerOptions? options) =>
        options is null ? ActivatorUtilities.CreateInstance<T>(provider) : ActivatorUtilities.CreateInstance<T>(provider, options);

    /// <summary>Says in the services that a member has their worker of this type.</summary>
    private sealed class InjectedWorkerMark;
}
