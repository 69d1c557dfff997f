using System.Text.Json;
using Api.Workers.OpenFn;
using Api.Workers.Socket;
using Api.Workers.Streamed;

namespace Api.Workers;

/// <summary>
/// The topics that there are. Whoever joins <c>worker:queue</c> with the extension is the cluster's own worker; everybody
/// else speaks OpenFn's protocol.
/// </summary>
internal sealed class WorkerChannels(StreamedParts streamed, ClaimParts claims, RunJoins runs) : ChannelOpener
{
    private const string Queue = "worker:queue";

    public override bool Knows(string topic) => topic == Queue || RunJoins.Knows(topic);

    public override ValueTask<SocketChannel?> OpenAsync(WorkerSession session, PhoenixFrame join)
    {
        if (join.Topic != Queue) return runs.OpenAsync(session, join);
        return IsStreamed(join, out var capacity) ? OpenStreamAsync(session, join, capacity) : OpenClaimsAsync(session, join, capacity);
    }

    private async ValueTask<SocketChannel?> OpenStreamAsync(WorkerSession session, PhoenixFrame join, int? capacity)
    {
        if (Parse(join) is not { } wish)
        {
            await session.SendAsync(PhoenixReply.Error(join, "invalid")).ConfigureAwait(false);
            return null;
        }

        var channel = new StreamedChannel(session, join.OwnJoinRef.ToArray(), streamed);
        session.Role = new WorkerRole(WorkerKind.Cluster, capacity, static () => null);
        await channel.WelcomeAsync(join, wish.Held ?? []).ConfigureAwait(false);
        return channel;
    }

    private async ValueTask<SocketChannel?> OpenClaimsAsync(WorkerSession session, PhoenixFrame join, int? capacity)
    {
        var channel = new ClaimChannel(session, join.OwnJoinRef.ToArray(), capacity, claims);
        session.Role = new WorkerRole(WorkerKind.OpenFn, capacity, () => channel.Name);
        await session.SendAsync(PhoenixReply.Ok(join)).ConfigureAwait(false);
        claims.News.Add(channel);
        return channel;
    }

    private static bool IsStreamed(in PhoenixFrame join, out int? capacity)
    {
        capacity = null;
        if (!join.HasObject) return false;

        using var payload = JsonDocument.Parse(join.Payload, new JsonDocumentOptions { MaxDepth = PhoenixFrame.MaxDepth });
        var root = payload.RootElement;
        capacity = root.Property("capacity") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var slots) ? slots : null;
        return root.Property("extensions") is { ValueKind: JsonValueKind.Array } names
            && names.EnumerateArray().Any(static name => name.ValueKind == JsonValueKind.String && name.ValueEquals(StreamedChannel.Extension));
    }

    private static QueueJoin? Parse(in PhoenixFrame join)
    {
        try
        {
            return JsonSerializer.Deserialize(join.Payload.Span, WorkerJson.Default.QueueJoin);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
