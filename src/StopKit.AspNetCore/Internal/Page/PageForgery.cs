using System.Security.Cryptography;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace StopKit.AspNetCore;

/// <summary>Tells a request that comes from the page from one that another site has its visitor's browser send.</summary>
/// <remarks>
/// The platform's antiforgery, with services of its own: an application need not have it, may have set it up in any
/// way, and a page that shows one process must not be valid for another. Its keys end with the process.
/// </remarks>
internal sealed class PageForgery
{
    private readonly IAntiforgery _antiforgery;

    internal PageForgery()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        // A name of its own, since browsers send the cookies of a host to each of its ports.
        var name = $"StopKit.Antiforgery.{Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}";
        services.AddAntiforgery(options => options.Cookie.Name = name);
        _antiforgery = services.BuildServiceProvider().GetRequiredService<IAntiforgery>();
    }

    /// <summary>Sets the cookie, and gets the field that the form must have.</summary>
    internal (string Field, string Token) Protect(HttpContext context)
    {
        var tokens = _antiforgery.GetAndStoreTokens(context);
        return (tokens.FormFieldName, tokens.RequestToken!);
    }

    /// <summary>Tells whether a request was sent on purpose.</summary>
    internal async Task<bool> IsMeantAsync(HttpContext context)
    {
        // A browser sends cookies by itself, but such a header only for a script that the policy of the origin allows to.
        if (context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return true;
        return await _antiforgery.IsRequestValidAsync(context).ConfigureAwait(false);
    }
}
