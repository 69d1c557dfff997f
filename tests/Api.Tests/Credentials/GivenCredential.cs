using System.Net;
using System.Text;
using Api.Dispatch;
using Api.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Credentials;

internal static class GivenCredential
{
    public static async Task<Guid> CredentialAsync(this TestNode node, string body, string kind = "raw", Guid? project = null, string? name = null, string more = "")
    {
        var document = $$"""{"name":"{{name ?? Guid.NewGuid().ToString()}}","kind":"{{kind}}","schema":"raw","body":{{body}}{{more}}}""";
        var id = (await node.Client.PostAsync("/v1/credentials", document)).MustBe(HttpStatusCode.Created).Id;
        if (project is { } granted) await node.GrantAsync(id, granted);
        return id;
    }

    public static async Task GrantAsync(this TestNode node, Guid credential, Guid project) =>
        (await node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/projects/{project}")).MustBe(HttpStatusCode.NoContent);

    /// <summary>What a run of the project gets.</summary>
    public static async Task<string> OpenAsync(this TestNode node, Guid credential, Guid project, string? environment = null) =>
        Encoding.UTF8.GetString(await node.Services.GetRequiredService<CredentialBodies>()
            .OpenAsync(credential, new SecretUse(Guid.NewGuid(), project, environment), CancellationToken.None));

    /// <summary>Why a run of the project does not get it.</summary>
    public static async Task<string> RefusalAsync(this TestNode node, Guid credential, Guid project, string? environment = null) =>
        (await Assert.ThrowsAsync<PreparationException>(() => node.OpenAsync(credential, project, environment))).Message.Split(": ")[^1];

    public static async Task<string> ConfigurationAsync(this TestNode node, Guid credential)
    {
        var project = await node.ProjectAsync();
        await node.GrantAsync(credential, project);
        return await node.OpenAsync(credential, project);
    }
}
