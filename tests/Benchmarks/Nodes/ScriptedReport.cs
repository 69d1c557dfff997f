using System.Text;
using System.Text.Json;

namespace Cluster.Benchmarks.Nodes;

/// <summary>What a worker at log level info says of a run whose jobs say nothing, as one frame.</summary>
internal static class ScriptedReport
{
    public static string Of(JsonElement push)
    {
        var at = ((DateTimeOffset.UtcNow.Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond).ToString();
        var text = new StringBuilder(8 * 1024);
        text.Append($$"""{"run_id":"{{push.GetProperty("run_id").GetString()}}","attempt":{{push.GetProperty("attempt").GetInt32()}},"from":0,"events":[""");
        text.Append($$"""{"type":"run:start","timestamp":"{{at}}","versions":{"node":"20.0.0","worker":"0.1.0","@openfn/runtime":"1.0.0"} }""");
        for (var line = 0; line < 4; line++)
            Log(text, at, "Versions and limits of this run, as a worker writes them");
        var output = push.GetProperty("input").GetRawText();
        var last = Guid.Empty;
        foreach (var job in push.GetProperty("plan").GetProperty("jobs").EnumerateArray())
            Step(text, at, job.GetProperty("id").GetString()!, output, last = Guid.NewGuid());
        Log(text, at, "Run complete with status: success");
        text.Append($$""",{"type":"run:complete","reason":"success","error_type":null,"error_message":null,"timestamp":"{{at}}","final_dataclip_id":"{{last}}"}]}""");
        return text.ToString();
    }

    private static void Step(StringBuilder text, string at, string job, string output, Guid outputId)
    {
        var step = Guid.NewGuid();
        text.Append($$""",{"type":"step:start","step_id":"{{step}}","job_id":"{{job}}","timestamp":"{{at}}"}""");
        for (var line = 0; line < 4; line++)
            Log(text, at, "Starting step, starting operation, operation complete");
        text.Append($$""",{"type":"step:complete","step_id":"{{step}}","job_id":"{{job}}","reason":"success","error_type":null,"error_message":null,"duration":3,"mem":{"job":1000000,"system":50000000},"timestamp":"{{at}}","output_dataclip_id":"{{outputId}}","output":{{output}}}""");
    }

    private static void Log(StringBuilder text, string at, string message) =>
        text.Append($$""",{"type":"log","source":"R/T","level":"info","message":["{{message}}"],"timestamp":"{{at}}"}""");
}
