using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace StopKit.AspNetCore.Tests;

/// <summary>The page over HTTP: the rights to see it and to stop the application by it, and its content.</summary>
public sealed class PageTests
{
    private static readonly AuthenticationHeaderValue Bearer = new("Bearer", "x");

    private const string Hostile = "<script>alert('x')</script><img src=x onerror=\"alert(1)\">&\u202E";

    [Theory(Timeout = Patience.TestTimeout), InlineData("/stop"), InlineData("/stop/json"), InlineData("/stop/events")]
    public async Task Without_a_policy_there_is_no_page_unless_the_environment_is_Development(string path)
    {
        var address = new Uri(path, UriKind.Relative);
        await using var production = await PageApplication.StartAsync("Production");
        using var client = production.ClientOf("ada/ops");
        await using var anonymous = await PageApplication.StartAsync("Production", static page => page.RequireAuthorization("ops").AllowAnonymous());
        using var second = anonymous.ClientOf("ada/ops");
        await using var development = await PageApplication.StartAsync("Development");
        using var third = development.ClientOf();

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put })
        {
            using var request = new HttpRequestMessage(method, address) { Headers = { Authorization = Bearer } };
            using var response = await client.SendAsync(request);
            response.StatusCode.Should().Be(HttpStatusCode.NotFound);
            (await response.Content.ReadAsStringAsync()).Should().BeEmpty();
        }

        production.Stop.Token.IsStopRequested.Should().BeFalse();
        using (var response = await second.GetAsync(address))
            response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        using (var response = await third.GetAsync(address, HttpCompletionOption.ResponseHeadersRead))
            response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory(Timeout = Patience.TestTimeout)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("eve/guest", HttpStatusCode.Forbidden)]
    [InlineData("ada/ops", HttpStatusCode.OK)]
    public async Task The_policy_holds_for_all_of_it_and_also_for_the_stop(string? user, HttpStatusCode expected)
    {
        await using var app = await PageApplication.StartAsync("Production", static page => page.RequireAuthorization("ops"));
        using var client = app.ClientOf(user);

        foreach (var path in new[] { "/stop", "/stop/json", "/stop/events" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            response.StatusCode.Should().Be(expected, path);
        }

        using var stop = new HttpRequestMessage(HttpMethod.Post, PageApplication.Page) { Headers = { Authorization = Bearer } };
        using var stopped = await client.SendAsync(stop);
        stopped.StatusCode.Should().Be(expected == HttpStatusCode.OK ? HttpStatusCode.Accepted : expected);
        app.Stop.Token.Reason?.Message.Should().Be("requested by ada");
        app.Stop.Token.IsStopRequested.Should().Be(expected == HttpStatusCode.OK);
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_form_of_the_page_stops_the_application_and_a_forged_one_does_not()
    {
        await using var app = await PageApplication.StartAsync("Production", static page => page.RequireAuthorization("ops"));
        await using var other = await PageApplication.StartAsync("Production", static page => page.RequireAuthorization("ops"));
        using var client = app.ClientOf("ada/ops");
        using var clientOfOther = other.ClientOf("ada/ops");
        using var withoutToken = await PageApplication.FormOfAsync(client);
        withoutToken.Content = new FormUrlEncodedContent([]);
        using var withoutCookie = await PageApplication.FormOfAsync(client);
        withoutCookie.Headers.Remove("Cookie");
        using var ofOther = await PageApplication.FormOfAsync(clientOfOther);
        using var changed = await PageApplication.FormOfAsync(client);
        changed.Content = new FormUrlEncodedContent([new("__RequestVerificationToken", "CfDJ8forged")]);

        foreach (var forged in new[] { withoutToken, withoutCookie, ofOther, changed })
        {
            using var refused = await client.SendAsync(forged);
            refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        }

        app.Stop.Token.IsStopRequested.Should().BeFalse();
        using var form = await PageApplication.FormOfAsync(client);
        using var answer = await client.SendAsync(form);
        answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("requested by ada");
        app.Stop.Token.Reason!.Message.Should().Be("requested by ada");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task Nothing_that_users_have_written_reaches_the_page_or_its_news_unencoded()
    {
        await using var app = await PageApplication.StartAsync("Production", static page => page.RequireAuthorization("ops"), static workers => workers
            .AddWorker(static _ => new Deceiver())
            .AddWorker(Hostile, static (_, _) => throw new InvalidOperationException(Hostile), new MemberOptions { Policy = FailurePolicy.KeepRunning }));
        using var client = app.ClientOf("ada/ops");
        await Eventually.BecomesTrueAsync(() => app.Stop.Report.Entries.Any(static entry => entry.Outcome == WorkerOutcome.Faulted));

        var page = await client.GetStringAsync(PageApplication.Page);
        var json = await client.GetStringAsync(new Uri("/stop/json", UriKind.Relative));
        using var events = new StreamReader(await client.GetStreamAsync(new Uri("/stop/events", UriKind.Relative)));
        var news = await events.ReadLineAsync();

        page.Should().NotContain("<script>").And.NotContain("<img").And.NotContain("\u202E").And.Contain("&lt;script&gt;alert(&#x27;x&#x27;)&lt;_script&gt;");
        json.Should().NotContain("<").And.NotContain("\u202E");
        news.Should().StartWith("data: \"").And.NotContain("<").And.NotContain("\u202E");
        JsonSerializer.Deserialize<string>(news!["data: ".Length..]).Should().NotContain("<script").And.NotContain("<img").And.Contain("onerror=&quot;");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_page_allows_its_own_style_and_script_alone_and_is_kept_and_framed_by_nothing()
    {
        await using var app = await PageApplication.StartAsync("Development");
        using var client = app.ClientOf();

        using var first = await client.GetAsync(PageApplication.Page);
        using var second = await client.GetAsync(PageApplication.Page);

        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        policy.Should().StartWith("default-src 'none'; ").And.Contain("frame-ancestors 'none'").And.NotContain("unsafe");
        policy.Should().NotBe(second.Headers.GetValues("Content-Security-Policy").Single(), "a nonce is for one answer");
        var nonce = policy.Split("script-src 'nonce-")[1].Split('\'')[0];
        (await first.Content.ReadAsStringAsync()).Should().Contain($"<script nonce=\"{WebUtility.HtmlEncode(nonce).Replace("+", "&#x2B;", StringComparison.Ordinal)}\">");
        first.Headers.CacheControl!.NoStore.Should().BeTrue();
        first.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        first.Headers.GetValues("Set-Cookie").Single().Should().Contain("httponly").And.Contain("samesite=strict");
    }

    [Fact(Timeout = Patience.TestTimeout)]
    public async Task The_JSON_has_the_workers_the_requests_and_what_is_left_of_the_grace()
    {
        var mayEnd = new Gate();
        await using var app = await PageApplication.StartAsync("Development", add: workers => workers.AddWorker("held", (_, _) => mayEnd.PassAsync()));
        using var client = app.ClientOf();
        using var request = new HttpRequestMessage(HttpMethod.Get, PageApplication.Page) { Headers = { Accept = { new("application/json") } } };

        using var before = JsonDocument.Parse(await client.GetStringAsync(new Uri("/stop/json", UriKind.Relative)));
        before.RootElement.GetProperty("application").GetString().Should().Be("app");
        before.RootElement.GetProperty("stage").GetString().Should().Be("Running");
        before.RootElement.GetProperty("isReady").GetBoolean().Should().BeTrue();
        before.RootElement.GetProperty("requests").GetInt32().Should().Be(1, "it is one itself");
        before.RootElement.GetProperty("secondsToAbort").ValueKind.Should().Be(JsonValueKind.Null);
        before.RootElement.GetProperty("workers").EnumerateArray().Select(static worker => worker.GetProperty("path").GetString())
            .Should().Contain("app/held").And.Contain("app/requests");
        // In the answer to the request itself, which is in flight until then: no request comes after the stop.
        request.Method = HttpMethod.Post;
        request.Headers.Authorization = Bearer;
        using var response = await client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        using var after = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        after.RootElement.GetProperty("stage").GetString().Should().Be("Stopping");
        after.RootElement.GetProperty("reason").GetString().Should().Be("requested on the page");
        after.RootElement.GetProperty("secondsToAbort").GetDouble().Should().BeInRange(0, 30);
        mayEnd.Open();
    }

    private sealed class Deceiver() : AsyncWorker("hostile")
    {
        protected override string? ReportDetail => Hostile;

        protected override async Task RunAsync(StopToken stop) => await stop.WaitAsync();
    }
}
