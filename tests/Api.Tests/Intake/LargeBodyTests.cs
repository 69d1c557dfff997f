using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Actors.Runs;
using Api.Intake;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Sharding;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Intake;

/// <summary>Memory of large bodies serves one after the other, and each body is its own.</summary>
public sealed class LargeBodyTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Answer _workflow = null!;

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Large_and_small_bodies_at_the_same_time_are_stored_as_they_came()
    {
        var memory = _node.Services.GetRequiredService<BodyMemory>();
        var left = memory.Left;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            for (var i = 0; i < 6; i++)
            {
                // One letter each: a byte of another body would be seen.
                var json = $"\"{new string((char)('a' + caller), i % 3 == 0 ? 600 : Random.Shared.Next(BodyMemory.Free, 3 << 20))}\"";
                var run = i % 2 == 0 ? await WebhookAsync(json, isAnnounced: i == 2) : (await _node.WorkOrderAsync(_project, _workflow.Id, json)).Run;
                var input = (await _node.Client.GetAsync($"/v1/runs/{run}", null))["inputDataclipId"];
                Assert.Equal(json, (await _node.Client.GetAsync($"/v1/dataclips/{input}/body", null)).Text);
            }
        }));
        Assert.Equal(left, memory.Left);
    }

    [Fact]
    public async Task An_input_that_is_kept_for_its_claim_outlives_its_body()
    {
        var json = $"\"{new string('k', 300_000)}\"";
        var run = (await _node.WorkOrderAsync(_project, _workflow.Id, json)).Run;
        for (var i = 0; i < 5; i++) await _node.WorkOrderAsync(_project, _workflow.Id, $"\"{new string('o', 300_000)}\"");

        var material = _node.Services.GetRequiredService<Api.Dispatch.RunMaterial>();
        var input = await material.InputAsync(run, (await _node.StateAsync(run)).Plan!, CancellationToken.None);
        Assert.Equal(json, Encoding.UTF8.GetString(input.Span));
    }

    [Fact]
    public async Task Only_a_body_that_is_stored_for_certain_gives_its_memory_to_others()
    {
        using var memory = new BodyMemory(16 << 20);
        (Outcome Outcome, bool IsGiven)[] cases =
        [
            (new Outcome.Replied(new RunReply.Created(Guid.Empty)), true),
            (new Outcome.Unknown("no answer in time"), false),
            (new Outcome.Unavailable("the store did not take the events"), false),
            (Outcome.Overloaded.Instance, false),
        ];
        foreach (var (outcome, isGiven) in cases)
        {
            var (body, array) = Fill(memory);
            var intake = ActivatorUtilities.CreateInstance<RunIntake>(_node.Services, new Answering(outcome));
            var start = new RunStart(_workflow.TriggerId(), null, RunQueue.Default, DataclipType.SavedInput, array, null) { Large = body };
            var workflow = _node.Services.GetRequiredService<WorkflowIndex>().Workflow(_workflow.Id)!;
            Assert.Same(outcome, await intake.SubmitAsync(new NewRun(Guid.NewGuid(), Guid.NewGuid()), workflow, start, CancellationToken.None));

            var isCleared = Array.TrueForAll(array, static value => value == 0);
            body.Dispose();
            Assert.Equal(isGiven, isCleared);
            Assert.Equal(isGiven, ReferenceEquals(array, memory.Buffers.Rent(array.Length)));
            Assert.Equal(16 << 20, memory.Left);
        }
    }

    private static (LargeBody Body, byte[] Array) Fill(BodyMemory memory)
    {
        var (body, bytes) = (new LargeBody(memory), Memory<byte>.Empty);
        Assert.True(body.TryGrow(ref bytes, 0, 1 << 20));
        bytes.Span.Fill((byte)'1');
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(bytes, out var array));
        return (body, array.Array!);
    }

    private async Task<Guid> WebhookAsync(string json, bool isAnnounced)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/i/{_workflow.TriggerId()}");
        request.Content = new StringContent(json);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = !isAnnounced;
        var answer = (await _node.Open.ReadAsync(request)).MustBe(HttpStatusCode.OK);
        return Guid.Parse(answer.Headers.GetValues("x-meta-run-id").Single());
    }

    /// <summary>Every ask ends alike.</summary>
    private sealed class Answering(Outcome outcome) : IEntities
    {
        public ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) => new(outcome);

        public ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken) => new(outcome);

        public ValueTask<Outcome> AskHereAsync(EntityRef entity, object command, CancellationToken cancellationToken) => new(outcome);

        public bool Tell(EntityRef entity, object command) => false;

        public void LetGo(EntityRef entity)
        {
        }

        public Guid NewLocalId() => Guid.NewGuid();

        public Guid NewId(int shard) => ShardMap.NewId(shard, DateTimeOffset.UnixEpoch);
    }
}
