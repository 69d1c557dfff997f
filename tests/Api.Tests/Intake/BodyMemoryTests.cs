using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Api.Intake;
using Api.Tests.Fixtures;
using Api.WorkOrders;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Intake;

/// <summary>A node takes large bodies of 1 MB at most, two of them at a time.</summary>
public sealed class BodyMemoryTests : IAsyncLifetime
{
    private const int Most = 1 << 20;
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private TestNode _node = null!;
    private Guid _project;
    private Guid _workflow;
    private string _webhook = "";

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(settings => settings with
        {
            Http = settings.Http with { MaxBodyBytes = Most, BodyMemory = 2 * Most },
        });
        _project = await _node.ProjectAsync();
        var workflow = await _node.WorkflowAsync(_project, Given.Workflow());
        (_workflow, _webhook) = (workflow.Id, $"/i/{workflow.TriggerId()}");
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_it_is_taken_large_bodies_are_refused_and_small_ones_are_not(bool isAnnounced)
    {
        using (var first = Upload.Start(_node, _webhook, isAnnounced))
        using (var second = Upload.Start(_node, _webhook, isAnnounced))
        {
            await UntilLeftAsync(0);

            var refused = await PostAsync(Most / 2);
            Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
            (await PostAsync(BodyMemory.Free - 2)).MustBe(HttpStatusCode.OK);

            (await first.EndAsync()).MustBe(HttpStatusCode.OK);
            (await second.EndAsync()).MustBe(HttpStatusCode.OK);
        }

        (await PostAsync(Most / 2)).MustBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_an_aborted_upload_took_is_free_again()
    {
        using (var first = Upload.Start(_node, _webhook, isAnnounced: true))
        using (var second = Upload.Start(_node, _webhook, isAnnounced: true))
        {
            await UntilLeftAsync(0);
        }

        await UntilLeftAsync(2 * Most);
    }

    [Fact]
    public async Task A_bulk_with_long_lines_waits_for_it()
    {
        using var first = Upload.Start(_node, _webhook, isAnnounced: true);
        using var second = Upload.Start(_node, _webhook, isAnnounced: true);
        await UntilLeftAsync(0);

        var bulk = BulkAsync(lines: 20, Most / 2);
        (await first.EndAsync()).MustBe(HttpStatusCode.OK);
        (await second.EndAsync()).MustBe(HttpStatusCode.OK);

        var answers = await bulk.WaitAsync(_patience);
        Assert.Equal(20, answers.Length);
        Assert.All(answers, answer => Assert.Contains("workOrderId", answer));
    }

    [Fact]
    public async Task A_line_that_is_too_long_takes_none()
    {
        var answers = await BulkAsync(lines: 2, Most + 1);
        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.Contains("body_too_large", answer));
        await UntilLeftAsync(2 * Most);
    }

    private async Task<string[]> BulkAsync(int lines, int bytes)
    {
        var line = $$$"""{"workflowId":"{{{_workflow}}}","input":{"x":"{{{new string('x', bytes)}}}"}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/projects/{_project}/work-orders");
        request.Content = new StringContent(string.Join('\n', Enumerable.Repeat(line, lines)), Encoding.UTF8, BulkSubmission.MediaType);
        var answer = await _node.Client.ReadAsync(request);
        answer.MustBe(HttpStatusCode.OK);
        return answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task<Answer> PostAsync(int bytes) => _node.Open.PostAsync(_webhook, $"\"{new string('x', bytes)}\"");

    private async Task UntilLeftAsync(long bytes)
    {
        var memory = _node.Services.GetRequiredService<BodyMemory>();
        using var limit = new CancellationTokenSource(_patience);
        while (memory.Left != bytes) await Task.Delay(20, limit.Token);
    }

    /// <summary>A webhook's body, all but the last byte of which has come.</summary>
    private sealed class Upload : HttpContent
    {
        /// <summary>What chunks add counts towards the largest size.</summary>
        private const int Size = Most - 1_000;

        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _abort = new();
        private readonly bool _isAnnounced;
        private Task<Answer> _answer = null!;

        private Upload(bool isAnnounced)
        {
            _isAnnounced = isAnnounced;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public static Upload Start(TestNode node, string webhook, bool isAnnounced)
        {
            var upload = new Upload(isAnnounced);
            var request = new HttpRequestMessage(HttpMethod.Post, webhook) { Content = upload };
            upload._answer = node.Open.ReadAsync(request, upload._abort.Token);
            return upload;
        }

        public Task<Answer> EndAsync()
        {
            _end.TrySetResult();
            return _answer;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var text = Encoding.ASCII.GetBytes($"\"{new string('x', Size - 2)}\"");
            await stream.WriteAsync(text.AsMemory(0, Size - 1));
            await stream.FlushAsync();
            await _end.Task.WaitAsync(_abort.Token);
            await stream.WriteAsync(text.AsMemory(Size - 1));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Size;
            return _isAnnounced;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _abort.Cancel();
            base.Dispose(disposing);
        }
    }
}
