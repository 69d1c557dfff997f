namespace Api.Workers.Socket;

/// <summary>
/// Sorts the frames of one socket to its topics, each of which works at its own pace. When too much waits reading stops,
/// so memory is bounded whatever a worker sends; heartbeats wait for nobody.
/// </summary>
internal sealed class TopicTable(WorkerSession session, ChannelOpener opener, ILogger logger)
{
    private readonly Dictionary<string, TopicPump> _topics = [];
    private readonly FrameBudget _room = new(session.Bounds.Frames, session.Bounds.Bytes);
    private readonly Lock _gate = new();

    /// <summary>Ends when the next frame may be read.</summary>
    public async ValueTask TakeAsync(PhoenixFrame frame)
    {
        if (frame is { Topic: "phoenix", Event: "heartbeat" })
        {
            await session.SendAsync(PhoenixReply.Ok(frame)).ConfigureAwait(false);
            return;
        }

        await _room.TakeAsync(frame.Text.Length, session.Closed).ConfigureAwait(false);
        if (Post(frame)) return;

        Done(frame);
        await session.SendAsync(PhoenixReply.Error(frame, "unmatched topic")).ConfigureAwait(false);
    }

    /// <summary>The socket is gone: channels finish what they have heard, then they end.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_topics.Values.Select(topic => topic.CloseAsync()).ToList());
        }
    }

    /// <summary>The frame was handled: there is room for another.</summary>
    public void Done(in PhoenixFrame frame) => _room.Return(frame.Text.Length);

    /// <summary>False if the topic is not joined and this is no way to join it.</summary>
    private bool Post(in PhoenixFrame frame)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(frame.Topic, out var topic))
            {
                if (frame.Event != "phx_join" || !opener.Knows(frame.Topic) || _topics.Count >= session.Bounds.Topics) return false;
                topic = new TopicPump(frame.Topic, session, this, opener, _gate, logger);
                _topics.Add(frame.Topic, topic);
            }

            topic.Post(frame);
            return true;
        }
    }

    /// <summary>Called under the gate by a pump that has nothing more to do.</summary>
    public void Forget(string topic) => _topics.Remove(topic);
}
