using System.Net.WebSockets;
using Api.Workers;
using Api.Workers.Scrubbing;
using Api.Workers.Socket;
using Kit;

namespace Api.Tests.Workers;

public sealed class ExecutionsTests
{
    private readonly ManualTime _time = new();
    private readonly Holder _holder = new();

    [Fact]
    public void An_attempt_whose_time_is_over_is_taken_out_once()
    {
        var executions = new Executions(_time);
        var (hangs, works) = (Guid.NewGuid(), Guid.NewGuid());
        executions.Grant(hangs, 1, _holder, TimeSpan.FromSeconds(60), Scrubber.None);
        executions.Grant(works, 2, _holder, TimeSpan.FromSeconds(120), Scrubber.None);
        Assert.Empty(executions.TakeOverdue());

        _time.Advance(TimeSpan.FromSeconds(61));

        var overdue = Assert.Single(executions.TakeOverdue());
        Assert.Equal((hangs, 1), (overdue.Key, overdue.Value.Attempt));
        Assert.Empty(executions.TakeOverdue());
        Assert.Equal([new HeldRun(works, 2)], executions.Current());
        Assert.Null(executions.Find(_holder.Session, hangs, 1));
    }

    [Fact]
    public void What_a_holder_has_is_taken_by_that_holder_alone()
    {
        var executions = new Executions(_time);
        var (mine, theirs) = (Guid.NewGuid(), Guid.NewGuid());
        executions.Grant(mine, 1, _holder, TimeSpan.FromSeconds(60), Scrubber.None);
        executions.Grant(theirs, 1, new Holder(), TimeSpan.FromSeconds(60), Scrubber.None);

        Assert.False(executions.Release(_holder, theirs, 1));
        Assert.False(executions.Release(_holder, mine, 2));
        Assert.Equal([new HeldRun(mine, 1)], executions.TakeAll(_holder));
        Assert.Equal([new HeldRun(theirs, 1)], executions.Current());
    }

    private sealed class Holder : IRunHolder
    {
        public WorkerSession Session { get; } = new(
            new ClientWebSocket(),
            new WorkerIdentity("w", null, null, default),
            new WorkerSocketBounds(1_000, TimeSpan.FromSeconds(1), 1, 1, 1, 1));

        public void Stop(Guid runId, int attempt) => throw new InvalidOperationException();

        public void Expire(Guid runId, int attempt) => throw new InvalidOperationException();
    }
}
