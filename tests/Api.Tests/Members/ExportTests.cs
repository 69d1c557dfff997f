using System.Net;
using System.Text;
using System.Text.Json;
using Api.Json;
using Api.Tests.Fixtures;

namespace Api.Tests.Members;

public sealed class ExportTests(MemberNode members) : IClassFixture<MemberNode>
{
    private const string Odd = "fn(state => {\\n  return {...state, text: \\\"  a: b # c\\\\ud83d\\\\ude00\\\"};\\r\\n\\t});\\n\\n";

    [Fact]
    public async Task A_project_is_one_document_without_ids_times_secrets_and_people()
    {
        var owner = await members.UserAsync("ada-marker");
        var project = await FilledAsync(owner, "exported", reversed: false);

        var yaml = (await owner.Client.GetAsync($"/v1/projects/{project}/export", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("application/yaml", yaml.MediaType);
        foreach (var never in (string[])["marker", "example.org", project.ToString(), "2026-", "secret", owner.Id.ToString()])
            Assert.DoesNotContain(never, yaml.Text);
        Assert.DoesNotMatch("[0-9a-f]{8}-[0-9a-f]{4}-", yaml.Text);

        var json = (await owner.Client.GetAsync($"/v1/projects/{project}/export", "application/json")).MustBe(HttpStatusCode.OK);
        Assert.Equal("application/json", json.MediaType);
        var read = await YamlJson.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(yaml.Text)), CancellationToken.None);
        Assert.True(JsonElement.DeepEquals(json.Json, JsonDocument.Parse(read).RootElement), $"{json.Text}\n{Encoding.UTF8.GetString(read)}");
    }

    [Fact]
    public async Task The_document_says_what_OpenFn_says_in_its_words()
    {
        var owner = await members.UserAsync("ada");
        var project = await FilledAsync(owner, "words", reversed: false);
        var json = (await owner.Client.GetAsync($"/v1/projects/{project}/export", "application/json")).Json;

        Assert.Equal("words", json.GetProperty("name").GetString());
        Assert.Equal(["DHIS2-key"], json.GetProperty("credentials").EnumerateObject().Select(one => one.Name));
        var workflow = json.GetProperty("workflows").GetProperty("my-flow");
        Assert.Equal("my flow", workflow.GetProperty("name").GetString());
        Assert.Equal(["load-it", "send"], workflow.GetProperty("jobs").EnumerateObject().Select(job => job.Name));
        Assert.Equal("DHIS2-key", workflow.GetProperty("jobs").GetProperty("load-it").GetProperty("credential").GetString());
        var trigger = workflow.GetProperty("triggers").GetProperty("webhook");
        Assert.Equal("before_start", trigger.GetProperty("webhook_reply").GetString());
        Assert.Equal("partner", trigger.GetProperty("webhook_auth_methods")[0].GetString());
        var edge = workflow.GetProperty("edges").GetProperty("webhook->load-it");
        Assert.Equal(("webhook", "load-it", "always"), (
            edge.GetProperty("source_trigger").GetString(), edge.GetProperty("target_job").GetString(), edge.GetProperty("condition_type").GetString()));
        Assert.True(workflow.GetProperty("edges").TryGetProperty("load-it->send", out _));
    }

    [Fact]
    public async Task The_same_project_made_in_another_order_makes_the_same_bytes()
    {
        var owner = await members.UserAsync("ada");
        var one = await FilledAsync(owner, "twin", reversed: false);
        var other = await FilledAsync(owner, "twin", reversed: true);
        var first = await owner.Client.GetAsync($"/v1/projects/{one}/export", null);
        Assert.Equal(first.Text, (await owner.Client.GetAsync($"/v1/projects/{other}/export", null)).Text);
        Assert.Equal(first.Text, (await owner.Client.GetAsync($"/v1/projects/{one}/export", "*/*")).Text);
    }

    [Fact]
    public async Task A_project_that_does_not_exist_has_no_document() =>
        (await (await members.UserAsync("ada")).Client.GetAsync($"/v1/projects/{Guid.NewGuid()}/export", null)).MustBe(404, "not_found");

    private async Task<Guid> FilledAsync(TestUser owner, string name, bool reversed)
    {
        var project = await owner.ProjectAsync(name, ""","description":"d","concurrency":3,"weight":2,"limits":{"payloadMb":2},"environments":["main","b"]""");
        var credential = await CredentialAsync(owner);
        (await owner.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        var method = (await owner.Client.PostAsync(
            $"/v1/projects/{project}/webhook-auth-methods", """{"name":"partner","type":"api","apiKey":"secret-secret-secret"}""")).MustBe(HttpStatusCode.Created);

        var jobs = (string[])
        [
            $$"""{"name":"load it","adaptor":"{{Given.Adaptor}}","body":"{{Odd}}","credentialId":"{{credential}}"}""",
            """{"name":"send","adaptor":"ADAPTOR","body":"fn(state => state)","retry":{"maxAttempts":4}}""".Replace("ADAPTOR", Given.Adaptor, StringComparison.Ordinal),
        ];
        var edges = (string[])["""{"from":"trigger","to":"load it"}""", """{"from":"load it","to":"send","condition":"js_expression","expression":"!state.errors"}"""];
        var trigger = $$"""{"type":"webhook","enabled":true,"authMethods":["{{method.Id}}"]}""";
        var documents = (string[])
        [
            $$"""{"name":"my flow","trigger":{{trigger}},"jobs":[{{Join(jobs)}}],"edges":[{{Join(edges)}}]}""",
            Given.Workflow("nightly", """{"type":"cron","enabled":false,"cronExpression":"0 2 * * *","cursorJob":"load"}"""),
            Given.Workflow("my-flow"),
        ];
        foreach (var document in reversed ? documents.Reverse() : documents)
            (await owner.Client.PostAsync($"/v1/projects/{project}/workflows", document)).MustBe(HttpStatusCode.Created);
        return project;

        string Join(string[] items) => string.Join(',', reversed ? items.Reverse() : items);
    }

    /// <summary>The same one in each project: names are unique.</summary>
    private static async Task<Guid> CredentialAsync(TestUser owner)
    {
        var made = await owner.Client.PostAsync("/v1/credentials", """{"name":"DHIS2 key","schema":"dhis2","body":{"password":"secret"}}""");
        return made.Status == HttpStatusCode.Created
            ? made.Id
            : (await owner.Client.GetAsync("/v1/credentials", null)).Items.Single(item => item.GetProperty("name").GetString() == "DHIS2 key")
                .GetProperty("id").GetGuid();
    }
}
