using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace StopKit.AspNetCore;

/// <summary>Writes the page. Whatever is not written here passes through <see cref="Text"/>.</summary>
internal static class PageHtml
{
    private const string Style =
        """
        :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
        body { margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; margin: 0; }
        ul { list-style: none; margin: 0; padding-left: 1.25rem; border-left: 1px solid #8886; }
        #state > ul { border: 0; padding: 0; }
        .state { border: 1px solid; border-radius: .5em; font-size: .85em; padding: 0 .5em; }
        .Running, .Completed, .Stopped { color: light-dark(#14632a, #7bd88f); }
        .Late, .Faulted, .Aborted, .Aborting { color: light-dark(#a30f1b, #ff9aa2); }
        .Restarting, .Stopping, .Draining { color: light-dark(#7a4b00, #ffc66d); }
        .facts { font-size: .9em; opacity: .85; }
        form { border-top: 1px solid #8886; display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 1.5rem; padding-top: 1rem; }
        button { font: inherit; padding: .25em 1em; }
        """;

    // The state comes as HTML, made by the same code as the page. The form goes by fetch, so that the page stays and shows the stop.
    private const string Script =
        """
        const state = document.getElementById('state');
        const news = document.getElementById('news');
        const events = new EventSource(state.dataset.events);
        events.onopen = () => { news.textContent = 'live'; };
        events.onmessage = event => { state.innerHTML = JSON.parse(event.data); };
        events.addEventListener('end', () => { events.close(); news.textContent = 'its requests and workers have ended'; });
        events.onerror = () => { news.textContent = 'no connection'; };
        document.getElementById('stop').addEventListener('submit', async event => {
            event.preventDefault();
            const form = event.target;
            try {
                const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
                news.textContent = answer.ok ? 'the stop was requested' : `the stop was refused: ${answer.status}`;
            } catch {
                news.textContent = 'no connection';
            }
        });
        """;

    /// <summary>Writes the whole page.</summary>
    /// <param name="state">What it shows.</param>
    /// <param name="address">The path of the page.</param>
    /// <param name="field">The name of the form's field for the token against forgery.</param>
    /// <param name="token">That token.</param>
    /// <param name="nonce">Allows style and script of this page alone.</param>
    internal static string Page(PageState state, string address, string field, string token, string nonce) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(state.Application)}</title>
        <style nonce="{Text(nonce)}">
        {Style}
        </style>
        </head>
        <body>
        <h1>{Text(state.Application)}</h1>
        <p role="status" id="news">as of now; reload for news</p>
        <main id="state" data-events="{Text(address)}/events">
        {State(state)}
        </main>
        <form id="stop" method="post" action="{Text(address)}">
        <input type="hidden" name="{Text(field)}" value="{Text(token)}">
        <label><input type="checkbox" id="confirm" required> Yes, stop this application</label>
        <button>Stop</button>
        </form>
        <script nonce="{Text(nonce)}">
        {Script}
        </script>
        </body>
        </html>

        """;

    /// <summary>Writes what changes.</summary>
    internal static string State(PageState state)
    {
        var html = new StringBuilder("<p>").Append(Badge(state.Stage));
        if (state.Stage == "Running" && !state.IsReady)
            html.Append(" not ready");
        foreach (var reason in new[] { state.Reason, state.AbortReason }.OfType<string>())
            html.Append(' ').Append(Text(reason));
        if (state.SecondsToAbort is { } left)
            html.Append(", ").Append(Seconds(left)).Append(" until the abort");
        html.Append(CultureInfo.InvariantCulture, $"</p>\n<p>{state.Requests} requests in flight</p>\n");
        AppendLevel(html, [.. state.Workers.Select(static worker => (worker.Path.Split('/'), worker))], depth: 0);
        return html.ToString();
    }

    /// <summary>Writes the names of one level, each with what is below it.</summary>
    private static void AppendLevel(StringBuilder html, List<(string[] Names, PageWorker Worker)> workers, int depth)
    {
        if (workers.Count == 0)
            return;
        html.Append("<ul>\n");
        foreach (var name in workers.GroupBy(worker => worker.Names[depth]))
        {
            html.Append("<li>").Append(Text(name.Key));
            foreach (var (_, worker) in name.Where(worker => worker.Names.Length == depth + 1))
                html.Append(' ').Append(Badge(worker.State)).Append(Facts(worker));
            html.Append('\n');
            AppendLevel(html, [.. name.Where(worker => worker.Names.Length > depth + 1)], depth + 1);
            html.Append("</li>\n");
        }

        html.Append("</ul>\n");
    }

    private static string Facts(PageWorker worker)
    {
        string?[] facts =
        [
            worker.Detail,
            worker.Restarts == 0 ? null : $"restarts: {worker.Restarts}",
            worker.StopLatency is { } latency ? $"observed the stop after {Seconds(latency)}" : null,
            worker.StopDuration is not { } duration ? null
                : HasEnded(worker) ? $"ended after {Seconds(duration)}"
                : $"asked to stop, and runs after {Seconds(duration)}",
            worker.LastCheckpoint is { } checkpoint ? $"last seen: {checkpoint}" : null,
            worker.Exception,
        ];
        var known = facts.OfType<string>().ToList();
        return known.Count == 0 ? "" : $" <span class=\"facts\">{string.Join("; ", known.Select(Text))}</span>";
    }

    private static bool HasEnded(PageWorker worker) => worker.State is not ("Late" or "Running");

    // The states are names of this library.
    private static string Badge(string state) => $"<span class=\"state {state}\">{state}</span>";

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s");

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
