using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Json;
using System.Text;
using Actors.Accounts;
using Actors.Audit;
using Actors.Erasures;
using Actors.Instance;
using Actors.OpenId;
using Actors.Operations;
using Actors.Projects;
using Actors.Runs;
using Actors.Submissions;
using Actors.Users;
using Actors.Vaults;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Tests.Golden;

internal sealed record GoldenFile(string Name, string Text);

/// <summary>Writes and replays the histories of one type of entity.</summary>
internal static class GoldenReplay
{
    public static readonly GoldenReplay<RunState, RunCommand, RunEvent> Run =
        new(EntityTypes.Run, new RunBehavior(), new RunCodec());

    public static readonly GoldenReplay<ProjectState, ProjectCommand, ProjectEvent> Project =
        new(EntityTypes.Project, new ProjectBehavior(), new ProjectCodec());

    public static readonly GoldenReplay<SubmissionState, SubmissionCommand, SubmissionEvent> Submission =
        new(EntityTypes.Submission, new SubmissionBehavior(), new SubmissionCodec());

    public static readonly GoldenReplay<OperationState, OperationCommand, OperationEvent> Operation =
        new(EntityTypes.BulkOperation, new OperationBehavior(), new OperationCodec());

    public static readonly GoldenReplay<ErasureState, ErasureCommand, ErasureEvent> Erasure =
        new(EntityTypes.Erasure, new ErasureBehavior(), new ErasureCodec());

    public static readonly GoldenReplay<VaultState, VaultCommand, VaultEvent> Vault =
        new(EntityTypes.Vault, new VaultBehavior(), new VaultCodec());

    public static readonly GoldenReplay<InstanceState, InstanceCommand, InstanceEvent> Instance =
        new(EntityTypes.Instance, new InstanceBehavior(), new InstanceCodec());

    public static readonly GoldenReplay<AccountsState, AccountsCommand, AccountsEvent> Accounts =
        new(EntityTypes.Accounts, new AccountsBehavior(10_000), new AccountsCodec());

    public static readonly GoldenReplay<UserState, UserCommand, UserEvent> User =
        new(EntityTypes.User, new UserBehavior(), new UserCodec());

    public static readonly GoldenReplay<ChainState, ChainCommand, ChainEvent> Chain =
        new(EntityTypes.AuditChain, new ChainBehavior(), new ChainCodec());

    public static readonly GoldenReplay<OpenIdProviderState, OpenIdProviderCommand, OpenIdProviderEvent> OpenIdProvider =
        new(EntityTypes.OpenIdProvider, new OpenIdProviderBehavior(), new OpenIdProviderCodec());

    public static readonly GoldenReplay<OpenIdLinkState, OpenIdLinkCommand, OpenIdLinkEvent> OpenIdLink =
        new(EntityTypes.OpenIdLink, new OpenIdLinkBehavior(), new OpenIdLinkCodec());

    /// <returns>The state that the payloads make, as the present code stores it.</returns>
    public static JsonNode Replay(string entity, IEnumerable<Payload> payloads) => entity switch
    {
        EntityTypes.Run => Run.Replay(payloads),
        EntityTypes.Project => Project.Replay(payloads),
        EntityTypes.Submission => Submission.Replay(payloads),
        EntityTypes.BulkOperation => Operation.Replay(payloads),
        EntityTypes.Erasure => Erasure.Replay(payloads),
        EntityTypes.Instance => Instance.Replay(payloads),
        EntityTypes.OpenIdProvider => OpenIdProvider.Replay(payloads),
        EntityTypes.OpenIdLink => OpenIdLink.Replay(payloads),
        EntityTypes.Vault => Vault.Replay(payloads),
        EntityTypes.Accounts => Accounts.Replay(payloads),
        EntityTypes.User => User.Replay(payloads),
        EntityTypes.AuditChain => Chain.Replay(payloads),
        _ => throw new ArgumentOutOfRangeException(nameof(entity), entity, "No such type of entity."),
    };
}

internal sealed class GoldenReplay<TState, TCommand, TEvent>(
    string type, IEntityBehavior<TState, TCommand, TEvent> behavior, IEntityCodec<TState, TEvent> codec)
    where TState : class
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public JsonNode Replay(IEnumerable<Payload> payloads)
    {
        var state = payloads.Select(payload => codec.Decode(payload)).Aggregate(behavior.Initial, behavior.Evolve);
        var snapshot = codec.EncodeSnapshot(state);
        var restored = codec.EncodeSnapshot(codec.DecodeSnapshot(snapshot)!);
        Assert.Equal(Encoding.UTF8.GetString(snapshot.Bytes.Span), Encoding.UTF8.GetString(restored.Bytes.Span));
        return JsonNode.Parse(snapshot.Bytes.Span)!;
    }

    public GoldenFile Write(string name, string about, TEvent[] events)
    {
        var payloads = events.Select(codec.Encode).ToList();
        var lines = new List<JsonObject> { new() { ["entity"] = type, ["about"] = about } };
        lines.AddRange(payloads.Select(payload => new JsonObject
        {
            ["manifest"] = payload.Manifest,
            ["payload"] = JsonNode.Parse(payload.Bytes.Span),
        }));
        lines.Add(new JsonObject { ["state"] = Replay(payloads) });
        return new GoldenFile(
            $"{name}.jsonl", string.Concat(lines.Select(line => line.ToJsonString(Options) + "\n")));
    }
}
