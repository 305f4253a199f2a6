using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace StopKit.AspNetCore.Tests;

/// <summary>The page in a real browser.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    private static readonly float Limit = (float)ChildProcess.DefaultTimeout.TotalMilliseconds;

    private readonly Gate _mayEnd = new();

    [Fact(Timeout = WebChild.Limit)]
    public async Task The_button_stops_the_application_once_it_is_confirmed_and_the_page_follows_the_stop_to_its_end()
    {
        await using var app = await StartAsync();
        var page = await browser.OpenAsync(app);
        await NewsShouldBeAsync(page, "live");
        (await page.InnerTextAsync("#state")).Should().StartWith("Running").And.Contain("held Running");

        await page.ClickAsync("button");
        app.Stop.Token.IsStopRequested.Should().BeFalse("it is not confirmed");
        await page.CheckAsync("#confirm");
        await page.ClickAsync("button");

        await WaitForAsync(page, "Stopping requested by ada, ");
        await WaitForAsync(page, " until the abort");
        app.Stop.Token.Reason!.Message.Should().Be("requested by ada");
        await WaitForAsync(page, "held Running asked to stop, and runs after ");
        _mayEnd.Open();
        await NewsShouldBeAsync(page, "its requests and workers have ended");
        (await page.InnerTextAsync("#state")).Should().Contain("held Completed");
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task A_form_whose_token_was_changed_is_refused()
    {
        await using var app = await StartAsync();
        var page = await browser.OpenAsync(app);

        await page.EvalOnSelectorAsync("input[type=hidden]", "field => field.value = 'forged'");
        await page.CheckAsync("#confirm");
        await page.ClickAsync("button");

        await NewsShouldBeAsync(page, "the stop was refused: 400");
        app.Stop.Token.IsStopRequested.Should().BeFalse();
        _mayEnd.Open();
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task Without_script_the_page_can_be_read_and_its_button_works()
    {
        await using var app = await StartAsync();
        var page = await browser.OpenAsync(app, hasScript: false);
        (await page.InnerTextAsync("#state")).Should().Contain("held Running");
        (await page.InnerTextAsync("#news")).Should().Be("as of now; reload for news");

        await page.CheckAsync("#confirm");
        var answer = await page.RunAndWaitForResponseAsync(() => page.ClickAsync("button"), static _ => true);

        answer.Status.Should().Be(202);
        (await page.InnerTextAsync("#state")).Should().StartWith("Stopping requested by ada, ");
        app.Stop.Token.Reason!.Message.Should().Be("requested by ada");
        _mayEnd.Open();
    }

    [Fact(Timeout = WebChild.Limit)]
    public async Task Hostile_names_are_text_and_the_page_fits_a_narrow_screen()
    {
        await using var app = await StartAsync();
        var page = await browser.OpenAsync(app, width: 400);
        var messages = new List<string>();
        page.Dialog += (_, dialog) => messages.Add(dialog.Message);
        page.Console += (_, line) => messages.Add(line.Text); // a script that the policy has refused is told here
        await page.ReloadAsync();
        await NewsShouldBeAsync(page, "live");

        (await page.InnerTextAsync("#state")).Should().Contain(Hostile.Replace('/', '_'));
        (await page.Locator("img, #state script").CountAsync()).Should().Be(0);
        messages.Should().BeEmpty();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(400);
        _mayEnd.Open();
    }

    // Not by a script of the test, which the page's own policy would not let run.
    private static Task WaitForAsync(IPage page, string text) =>
        Assertions.Expect(page.Locator("#state")).ToContainTextAsync(text, new() { Timeout = Limit, UseInnerText = true });

    private static Task NewsShouldBeAsync(IPage page, string text) =>
        Assertions.Expect(page.Locator("#news")).ToHaveTextAsync(text, new() { Timeout = Limit });

    private Task<PageApplication> StartAsync() => PageApplication.StartAsync(
        "Production",
        static page => page.RequireAuthorization("ops"),
        workers => workers.AddWorker("held", (_, _) => _mayEnd.PassAsync()).AddWorker(Hostile, async (_, stop) => await stop.WaitAsync()),
        hasKestrel: true);
}
