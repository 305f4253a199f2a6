using Microsoft.Playwright;

namespace StopKit.AspNetCore.Tests;

/// <summary>Debian's Chromium, started once for all tests of the page.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        // Its sandbox is not for root, which a container's user mostly is; and what it opens is the tests' own.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"], Timeout = WebChild.Limit });
    }

    /// <summary>Opens the page of an application, as a user with the right to it.</summary>
    internal async Task<IPage> OpenAsync(PageApplication app, bool hasScript = true, int width = 1024)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            ExtraHTTPHeaders = [new(PageApplication.UserHeader, "ada/ops")],
            JavaScriptEnabled = hasScript,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        context.SetDefaultTimeout((float)ChildProcess.DefaultTimeout.TotalMilliseconds);
        var page = await context.NewPageAsync();
        await page.GotoAsync(app.Address);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
