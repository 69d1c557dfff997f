using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Threading.Channels;
using Actors.Runs;
using Api.Access;
using Api.Audit;
using Api.Hosting;
using Api.Intake;
using Api.Json;
using Api.Problems;
using Api.Unstored;

namespace Api.WorkOrders;

/// <summary>
/// NDJSON in, NDJSON out: one answer line per input line in the same order. Lines are stored while later ones are still
/// being read, as many at once as the setting allows; a caller who does not read the answers is not read from.
/// </summary>
internal sealed class BulkSubmission(WorkOrderSubmission submission, BodyMemory memory, NodeSettings settings, TimeProvider time)
{
    public const string MediaType = "application/x-ndjson";

    private static readonly TimeSpan OverloadPause = TimeSpan.FromMilliseconds(50);
    private const int OverloadTries = 100;

    public async Task RunAsync(Guid projectId, HttpContext context)
    {
        context.Response.ContentType = MediaType;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var answers = Channel.CreateBounded<Task<BulkLine>>(settings.Intake.BulkInFlight);
        var writing = WriteAsync(answers.Reader, context.Response, stop);
        try
        {
            await ReadAsync(projectId, context.Access(), context.Request.BodyReader, answers.Writer, stop.Token);
            answers.Writer.Complete();
        }
        catch (Exception fault)
        {
            answers.Writer.Complete(fault);
        }

        // The answer is a success whatever its lines say: what they were refused for is recorded once for all.
        if (await writing) context.NoteRefusal(ProblemKinds.EnvironmentForbidden.Code);
    }

    private async Task ReadAsync(
        Guid projectId, RequestAccess access, PipeReader reader, ChannelWriter<Task<BulkLine>> answers, CancellationToken cancellationToken)
    {
        await foreach (var line in BulkLines.ReadAsync(reader, settings.Http.MaxBodyBytes, memory, cancellationToken))
            await answers.WriteAsync(SubmitAsync(projectId, access, line, cancellationToken), cancellationToken);
    }

    private async Task<BulkLine> SubmitAsync(Guid projectId, RequestAccess access, BulkInput line, CancellationToken cancellationToken)
    {
        using var room = line.Room;
        var number = line.Number;
        if (line.Body is null) return Failed(number, Problem.Of(ProblemKinds.BodyTooLarge));
        if (WorkOrderReader.Read(line.Body, out var read) is { } malformed) return Failed(number, malformed);

        for (var attempt = 1; ; attempt++)
        {
            var (accepted, problem) = await submission.SubmitAsync(projectId, read, RunQueue.Default, access, cancellationToken);
            if (accepted is not null) return new BulkLine(number, accepted.WorkOrderId, accepted.RunId, null);
            if (problem!.Document.Code is not ("overloaded" or UnstoredRuns.MemoryFullCode) || attempt == OverloadTries) return Failed(number, problem);

            // A bulk is slowed down rather than refused: its caller waits anyway.
            await Task.Delay(OverloadPause, time, cancellationToken);
        }
    }

    /// <returns>Whether a line was for an environment that is not the caller's.</returns>
    private static async Task<bool> WriteAsync(ChannelReader<Task<BulkLine>> answers, HttpResponse response, CancellationTokenSource stop)
    {
        var isForbidden = false;
        try
        {
            await foreach (var answer in answers.ReadAllAsync(stop.Token))
            {
                var line = await answer;
                isForbidden |= line.Problem?.Code == ProblemKinds.EnvironmentForbidden.Code;
                Write(response.BodyWriter, line);
                if (!answers.TryPeek(out _)) await response.BodyWriter.FlushAsync(stop.Token);
                else if (response.BodyWriter.UnflushedBytes > 16 << 10) await response.BodyWriter.FlushAsync(stop.Token);
            }

            return isForbidden;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private static void Write(PipeWriter output, BulkLine line)
    {
        using (var writer = new Utf8JsonWriter(output))
        {
            JsonSerializer.Serialize(writer, line, ApiJson.Http.BulkLine);
        }

        output.Write("\n"u8);
    }

    private static BulkLine Failed(long number, Problem problem) => new(number, null, null, problem.Document);
}
