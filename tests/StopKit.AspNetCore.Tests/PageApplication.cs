using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StopKit.AspNetCore.Tests;

/// <summary>An application with the page, in the process of the tests.</summary>
internal sealed partial class PageApplication : IAsyncDisposable
{
    /// <summary>Has the name of the user, and a role behind a slash.</summary>
    internal const string UserHeader = "X-User";

    internal static readonly Uri Page = new("/stop", UriKind.Relative);

    private readonly WebApplication _app;

    private PageApplication(WebApplication app) => _app = app;

    /// <summary>Gets the address of the page, of an application with Kestrel.</summary>
    internal string Address => $"{_app.Urls.Single()}/stop";

    internal IHostStop Stop => _app.Services.GetRequiredService<IHostStop>();

    internal static async Task<PageApplication> StartAsync(
        string environment, Action<IEndpointConventionBuilder>? ofPage = null, Action<IStopKitBuilder>? add = null, bool hasKestrel = false)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "app" });
        builder.Logging.ClearProviders();
        if (hasKestrel)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseTestServer();
        builder.Services.AddAuthentication(ByHeader.Scheme).AddScheme<AuthenticationSchemeOptions, ByHeader>(ByHeader.Scheme, null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("ops", static policy => policy.RequireRole("ops"));
        var workers = builder.Services.AddStopKit();
        add?.Invoke(workers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        app.UseStopKit();
        var page = app.MapStopKit("/stop");
        ofPage?.Invoke(page);
        await app.StartAsync();
        var started = new PageApplication(app);
        await Eventually.BecomesTrueAsync(() => started.Stop.IsReady);
        return started;
    }

    /// <summary>Makes a client; <paramref name="user"/> is a name, and a role behind a slash.</summary>
    internal HttpClient ClientOf(string? user = null)
    {
        var client = _app.GetTestClient();
        if (user is not null)
            client.DefaultRequestHeaders.Add(UserHeader, user);
        return client;
    }

    /// <summary>Reads the page as a browser does, and makes the form that its button sends.</summary>
    internal static async Task<HttpRequestMessage> FormOfAsync(HttpClient client)
    {
        using var page = await client.GetAsync(Page);
        page.EnsureSuccessStatusCode();
        var field = HiddenField().Match(await page.Content.ReadAsStringAsync());
        var form = new HttpRequestMessage(HttpMethod.Post, Page)
        {
            Content = new FormUrlEncodedContent([new(field.Groups[1].Value, field.Groups[2].Value)]),
        };
        form.Headers.Add("Cookie", page.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        return form;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]+)">""")]
    private static partial Regex HiddenField();

    /// <summary>Believes who a request says that it is from.</summary>
    private sealed class ByHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
                internal new const string Scheme = "header";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers[UserHeader].FirstOrDefault()?.Split('/') is not { } user)
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new(ClaimTypes.Name, user[0]), new(ClaimTypes.Role, user[1])], Scheme);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme)));
        }
    }
}
