using System.Buffers;
using System.Globalization;
using System.Net;
using Cluster.Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Cluster.Benchmarks.Limits;

/// <summary>
/// The least a server can do, in a process of its own as a node is: Kestrel reads the whole body, stores it in one
/// transaction with others if it has a place, and answers 200. Nothing is routed, authenticated, checked or looked up.
/// </summary>
internal static class BareEndpoint
{
    /// <summary>The argument that makes this program the endpoint; store, place and lanes may follow.</summary>
    public const string Command = "bare-endpoint";

    private static readonly byte[] s_answer =
        """{"work_order_id":"00000000-0000-0000-0000-000000000000","run_id":"00000000-0000-0000-0000-000000000000"}"""u8.ToArray();

    /// <summary>Tells its address and serves until it is killed.</summary>
    public static async Task<int> RunChildAsync(BarePlace? place)
    {
        var commit = place is null ? null : new GroupCommit(await BareRows.OpenAsync(place));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(context, commit));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    public static async Task<(ChildProcess Child, Uri Url)> StartChildAsync(BarePlace? place)
    {
        string[] of = place is null ? [] : [place.Store, place.Place, place.Lanes.ToString(CultureInfo.InvariantCulture)];
        var child = ChildProcess.Start(typeof(BareEndpoint).Assembly.Location, [Command, .. of]);
        var url = await child.ReadLineAsync(CancellationToken.None);
        return url is null ? throw new BenchFailedException("the bare endpoint did not start") : (child, new Uri(url));
    }

    private static async Task AnswerAsync(HttpContext context, GroupCommit? commit)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAtLeastAsync((int)(context.Request.ContentLength ?? 0));
        if (commit is not null)
            await commit.StoreAsync(read.Buffer.ToArray());
        reader.AdvanceTo(read.Buffer.End);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = s_answer.Length;
        await context.Response.Body.WriteAsync(s_answer);
    }
}
