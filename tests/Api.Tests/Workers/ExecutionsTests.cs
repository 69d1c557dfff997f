using System.Net.WebSockets;
using Api.Workers;
using Kit;

namespace Api.Tests.Workers;

public sealed class ExecutionsTests
{
    private readonly ManualTime _time = new();
    private readonly WorkerSession _session = new(new ClientWebSocket(), "w", new WorkerSocketBounds(1_000, TimeSpan.FromSeconds(1), 1, 1));

    [Fact]
    public void An_attempt_whose_time_is_over_is_taken_out_once()
    {
        var executions = new Executions(_time);
        var (hangs, works) = (Guid.NewGuid(), Guid.NewGuid());
        executions.Grant(hangs, 1, _session, TimeSpan.FromSeconds(60), Scrubber.None);
        executions.Grant(works, 2, _session, TimeSpan.FromSeconds(120), Scrubber.None);
        Assert.Empty(executions.TakeOverdue());

        _time.Advance(TimeSpan.FromSeconds(61));

        var overdue = Assert.Single(executions.TakeOverdue());
        Assert.Equal((hangs, 1), (overdue.Key, overdue.Value.Attempt));
        Assert.Empty(executions.TakeOverdue());
        Assert.Equal([new HeldRun(works, 2)], executions.Current());
        Assert.Null(executions.Find(_session, hangs, 1));
    }
}
