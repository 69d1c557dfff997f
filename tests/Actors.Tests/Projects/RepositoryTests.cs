using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Where a project is written to (S1-26, S1-27), and what its webhooks ask for (S1-03).</summary>
public sealed class RepositoryTests
{
    private static readonly Repository Flows = new("https://api.github.com", "acme/flows", "main", "flows/project.yaml", "sealed");

    private static readonly ProjectEvent Connected = new ProjectEvent.RepositoryConnected(Flows, At(1));

    [Fact]
    public void A_repository_is_connected_and_keeps_its_token_for_the_same_host_alone()
    {
        Given(Owned()).When(Connect()).Then(new ProjectEvent.RepositoryConnected(Flows, Now), new ProjectReply.Saved(1));
        Given(Owned(), Connected).When(Connect()).ThenOnly(new ProjectReply.Saved(1));
        Given(Owned(), Connected).When(Connect() with { Branch = "next", SealedToken = null }).Then(
            new ProjectEvent.RepositoryConnected(Flows with { Branch = "next" }, Now), new ProjectReply.Saved(1));
        AssertFault("token", Connect() with { ApiUrl = "https://evil.example", SealedToken = null }, Connected);
        AssertFault("token", Connect() with { SealedToken = null });
    }

    [Theory]
    [InlineData("ftp://x", "a/b", "main", "p", "apiUrl")]
    [InlineData("https://u:p@x", "a/b", "main", "p", "apiUrl")]
    [InlineData("https://x?y=1", "a/b", "main", "p", "apiUrl")]
    [InlineData("api.github.com", "a/b", "main", "p", "apiUrl")]
    [InlineData("https://x", "a", "main", "p", "repository")]
    [InlineData("https://x", "../b", "main", "p", "repository")]
    [InlineData("https://x", "a/b/c", "main", "p", "repository")]
    [InlineData("https://x", "a/b", "", "p", "branch")]
    [InlineData("https://x", "a/b", "a b", "p", "branch")]
    [InlineData("https://x", "a/b", "-x", "p", "branch")]
    [InlineData("https://x", "a/b", "main", "/p", "path")]
    [InlineData("https://x", "a/b", "main", "../p", "path")]
    [InlineData("https://x", "a/b", "main", "a//b", "path")]
    [InlineData("https://x", "a/b", "main", "a?b", "path")]
    public void A_repository_keeps_its_rules(string url, string name, string branch, string path, string field) =>
        AssertFault(field, new ProjectCommand.ConnectRepository(url, name, branch, path, "sealed"));

    [Fact]
    public void A_project_is_written_by_one_at_a_time()
    {
        Given(Owned()).When(Start(95)).ThenRefused(RefusalKind.NotFound, RepositoryRefusals.NotConnectedCode);
        Given(Owned(), Connected).When(Start(95)).Then(
            new ProjectEvent.SyncStarted(Id(95), Owner, null, Now), new ProjectReply.Saved(1));
        var running = new ProjectEvent.SyncStarted(Id(95), Owner, null, Now.AddSeconds(-119));
        Given(Owned(), Connected, running).When(Start(96)).ThenRefused(RefusalKind.Conflict, RepositoryRefusals.RunningCode);
        Given(Owned(), Connected, running, Ended(95)).When(Start(96)).ThenReplied(new ProjectReply.Saved(1));
        var lost = new ProjectEvent.SyncStarted(Id(95), Owner, null, Now.AddSeconds(-120));
        Given(Owned(), Connected, lost).When(Start(96)).ThenReplied(new ProjectReply.Saved(1));
    }

    [Fact]
    public void A_sync_ends_once_and_the_oldest_are_forgotten()
    {
        var end = new ProjectCommand.EndSync(Id(95), new SyncResult("abc", null));
        var started = new ProjectEvent.SyncStarted(Id(95), Owner, null, At(2));
        Given(Owned(), Connected, started).When(end).Then(
            new ProjectEvent.SyncEnded(Id(95), end.Result, Now), new ProjectReply.Saved(1));
        Given(Owned(), Connected, started, Ended(95)).When(end).ThenOnly(new ProjectReply.Saved(1));
        Given(Owned(), Connected).When(end).ThenRefused(RefusalKind.NotFound, RepositoryRefusals.SyncNotFoundCode);

        var many = Enumerable.Range(100, 20).SelectMany<int, ProjectEvent>(
            id => [new ProjectEvent.SyncStarted(Id(id), Owner, null, At(2)), Ended(id)]);
        var state = Given([Owned(), Connected, .. many]).When(Start(95)).State;
        Assert.Equal((20, Id(101), Id(95)), (state.Syncs.Length, state.Syncs[0].Id, state.Syncs[^1].Id));
    }

    [Fact]
    public void What_is_disconnected_is_gone()
    {
        Given(Owned(), Connected).When(new ProjectCommand.DisconnectRepository())
            .Then(new ProjectEvent.RepositoryDisconnected(Now), new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.DisconnectRepository())
            .ThenRefused(RefusalKind.NotFound, RepositoryRefusals.NotConnectedCode);
    }

    [Fact]
    public void A_webhook_asks_for_a_method_or_no_longer()
    {
        var method = new ProjectEvent.AuthMethodSaved(new AuthMethod(Id(70), "partner", AuthMethodType.Api, null, "hash", At(1), At(1)));
        var (id, ask) = (AWorkflow.Full.Id, new ProjectCommand.SetTriggerAuth(AWorkflow.Full.Id, Id(70), true));
        var asked = Given(Owned(), method, Saved(AWorkflow.Full)).When(ask).ThenReplied(new ProjectReply.WorkflowSaved(id, 2));
        Assert.Equal(Id(70), Assert.Single(asked.State.Workflows[id].Workflow.Trigger!.AuthMethods));

        var given = Given([Owned(), method, Saved(AWorkflow.Full), .. asked.Decision.Events]);
        given.When(ask).ThenOnly(new ProjectReply.WorkflowSaved(id, 2));
        var dropped = given.When(ask with { IsAsked = false }).ThenReplied(new ProjectReply.WorkflowSaved(id, 3));
        Assert.Empty(dropped.State.Workflows[id].Workflow.Trigger!.AuthMethods);
    }

    [Fact]
    public void Only_a_webhook_asks_and_only_for_what_there_is()
    {
        var method = new ProjectEvent.AuthMethodSaved(new AuthMethod(Id(70), "partner", AuthMethodType.Api, null, "hash", At(1), At(1)));
        Given(Owned(), Saved(AWorkflow.Full)).When(new ProjectCommand.SetTriggerAuth(AWorkflow.Full.Id, Id(70), true))
            .ThenRefused(RefusalKind.NotFound, ProjectRefusals.AuthMethodNotFoundCode);
        Given(Owned(), method).When(new ProjectCommand.SetTriggerAuth(AWorkflow.Full.Id, Id(70), true))
            .ThenRefused(RefusalKind.NotFound, ProjectRefusals.WorkflowNotFoundCode);
        Given(Owned(), method, Saved(AWorkflow.Cron)).When(new ProjectCommand.SetTriggerAuth(AWorkflow.Cron.Id, Id(70), true))
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.NoWebhookCode);
    }

    private static ProjectCommand.ConnectRepository Connect() => new(Flows.ApiUrl, Flows.Name, Flows.Branch, Flows.Path, Flows.SealedToken);

    private static ProjectCommand Start(int id) => new ProjectCommand.StartSync(Id(id), Owner);

    private static ProjectEvent Ended(int id) => new ProjectEvent.SyncEnded(Id(id), new SyncResult(null, null), At(3));

    private static void AssertFault(string field, ProjectCommand.ConnectRepository connect, params ProjectEvent[] before)
    {
        var refusal = Given([Owned(), .. before]).When(connect).ThenRefused(RefusalKind.Invalid, RepositoryRefusals.InvalidCode);
        Assert.Equal(field, Assert.Single(refusal.Faults).Field);
    }
}
