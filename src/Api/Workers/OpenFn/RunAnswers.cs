using System.Text;
using System.Text.Json;
using Api.Workers.Streamed;

namespace Api.Workers.OpenFn;

/// <summary>Bodies of replies on a run's channel (openfn-protocol 5). The worker only logs errors, so their words are for people.</summary>
internal static class RunAnswers
{
    public static readonly byte[] Null = "null"u8.ToArray();
    public static readonly byte[] Empty = "{}"u8.ToArray();
    public static readonly byte[] BlankJob = """{"errors":{"job_id":["This field can't be blank."]}}"""u8.ToArray();
    public static readonly byte[] NoJob = """{"errors":{"job_id":["Job not found!"]}}"""u8.ToArray();
    public static readonly byte[] UnknownJob = """{"job_id":["does not exist"]}"""u8.ToArray();
    public static readonly byte[] BlankStep = """{"step_id":["This field can't be blank."]}"""u8.ToArray();
    public static readonly byte[] UnknownStep = """{"step_id":["not found"]}"""u8.ToArray();
    public static readonly byte[] BlankReason = """{"reason":["This field can't be blank."]}"""u8.ToArray();
    public static readonly byte[] UnknownReason = """{"reason":["is invalid"]}"""u8.ToArray();
    public static readonly byte[] BlankId = """{"errors":{"id":["This field can't be blank."]}}"""u8.ToArray();
    public static readonly byte[] NoCredential = """{"errors":{"id":["Credential not found!"]}}"""u8.ToArray();
    public static readonly byte[] NoDataclip = """{"errors":{"id":["Dataclip not found!"]}}"""u8.ToArray();
    public static readonly byte[] NotAnObject = """{"errors":{"payload":["must be an object"]}}"""u8.ToArray();
    public static readonly byte[] UnknownEvent = """{"reason":"unknown event"}"""u8.ToArray();
    public static readonly byte[] Completed = """{"errors":{"state":["already in completed state"]}}"""u8.ToArray();
    public static readonly byte[] Unavailable = """{"errors":{"base":["could not be stored in time"]}}"""u8.ToArray();

    public static byte[] Step(Guid stepId) => Encoding.ASCII.GetBytes($$"""{"step_id":"{{stepId}}"}""");

    public static byte[] Line(Guid lineId) => Encoding.ASCII.GetBytes($$"""{"log_line_id":"{{lineId}}"}""");

    /// <summary>The attempt is over: the run was cancelled, or another attempt has it.</summary>
    public static byte[] NoLonger(Guid runId) => Encoding.ASCII.GetBytes(
        $$$"""{"errors":{"state":["run {{{runId}}} is not this worker's any more"]}}""");

    /// <summary>What went wrong with a credential is plain text (openfn-protocol 5.8).</summary>
    public static byte[] Text(string text) => JsonSerializer.SerializeToUtf8Bytes(text, WorkerJson.Default.String);
}
