using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Actors.Accounts;
using Actors.Erasures;
using Actors.Operations;
using Actors.Projects;
using Actors.Runs;
using Actors.WorkOrders;
using Actors.Workflows;
using Api.Accounts;
using Api.Accounts.Links;
using Api.Accounts.SecondFactors;
using Api.Audit;
using Api.Credentials;
using Api.Credentials.Keychains;
using Api.Credentials.OAuth;
using Api.Credentials.Transfers;
using Api.Dataclips;
using Api.Health;
using Api.Hosting;
using Api.Instance;
using Api.Nodes;
using Api.OpenId;
using Api.Erasures;
using Api.Operations;
using Api.Problems;
using Api.Projects;
using Api.ReadModels;
using Api.Repositories;
using Api.Runs;
using Api.Webhooks;
using Api.Workers.Socket;
using Api.Workflows;
using Api.WorkOrders;
using Cluster.Sharding;

namespace Api.Json;

/// <summary>Everything that goes over the REST API as JSON, by generated code. Strict: unknown and repeated fields are refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 64,
    Converters =
    [
        typeof(SnakeWord<RunStatus>), typeof(SnakeWord<RunPriority>), typeof(SnakeWord<RunQueue>), typeof(SnakeWord<ExitReason>),
        typeof(SnakeWord<WorkOrderState>), typeof(SnakeWord<DataclipType>), typeof(SnakeWord<TriggerType>),
        typeof(SnakeWord<WebhookReply>), typeof(SnakeWord<EdgeCondition>), typeof(SnakeWord<LossPolicy>),
        typeof(SnakeWord<ErasureStatus>), typeof(SnakeWord<OperationKind>), typeof(SnakeWord<OperationStatus>), typeof(SnakeWord<OperationTarget>),
        typeof(SnakeWord<RetryFrom>), typeof(SnakeWord<CatchUp>), typeof(SnakeWord<AuthMethodType>),
        typeof(SnakeWord<AccountStatus>), typeof(SnakeWord<ProjectRole>), typeof(SnakeWord<Digest>), typeof(SnakeWord<RetentionPolicy>),
        typeof(SnakeWord<Unreadable>), typeof(SnakeWord<SyncStatus>), typeof(SnakeWord<AuditProblemKind>), typeof(SnakeWord<MemberState>), typeof(SnakeWord<StoreType>), typeof(SnakeWord<WorkerKind>),
    ])]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(InstanceView))]
[JsonSerializable(typeof(Actors.Instance.InstanceSettings))]
[JsonSerializable(typeof(InstanceSettingsPatch))]
[JsonSerializable(typeof(OpenIdSetUp))]
[JsonSerializable(typeof(OpenIdView))]
[JsonSerializable(typeof(NewProject))]
[JsonSerializable(typeof(ProjectDeletion))]
[JsonSerializable(typeof(ProjectPatch))]
[JsonSerializable(typeof(ProjectLimitsPatch))]
[JsonSerializable(typeof(ProjectView))]
[JsonSerializable(typeof(Page<ProjectView>))]
[JsonSerializable(typeof(ProjectLoad))]
[JsonSerializable(typeof(ProjectUsage))]
[JsonSerializable(typeof(AdminProjectPatch))]
[JsonSerializable(typeof(ProjectEgress))]
[JsonSerializable(typeof(NewLegalHold))]
[JsonSerializable(typeof(LegalHoldView))]
[JsonSerializable(typeof(DataclipPatch))]
[JsonSerializable(typeof(NewErasure))]
[JsonSerializable(typeof(ErasureView))]
[JsonSerializable(typeof(Page<ErasureMatchView>))]
[JsonSerializable(typeof(Page<DataclipView>))]
[JsonSerializable(typeof(NewMember))]
[JsonSerializable(typeof(MemberPatch))]
[JsonSerializable(typeof(OwnMembershipPatch))]
[JsonSerializable(typeof(MemberView))]
[JsonSerializable(typeof(Page<MemberView>))]
[JsonSerializable(typeof(AppointedMember))]
[JsonSerializable(typeof(NewInvitation))]
[JsonSerializable(typeof(InvitationView))]
[JsonSerializable(typeof(Page<InvitationView>))]
[JsonSerializable(typeof(InvitationToken))]
[JsonSerializable(typeof(JoinedProject))]
[JsonSerializable(typeof(NewOwner))]
[JsonSerializable(typeof(RepositoryDocument))]
[JsonSerializable(typeof(RepositoryView))]
[JsonSerializable(typeof(SyncView))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(RawJson))]
[JsonSerializable(typeof(NewAuthMethod))]
[JsonSerializable(typeof(AuthMethodChange))]
[JsonSerializable(typeof(AuthMethodView))]
[JsonSerializable(typeof(Page<AuthMethodView>))]
[JsonSerializable(typeof(WorkflowDocument))]
[JsonSerializable(typeof(Page<WorkflowSummary>))]
[JsonSerializable(typeof(Page<WorkflowVersionSummary>))]
[JsonSerializable(typeof(CredentialDocument))]
[JsonSerializable(typeof(EnvironmentBodyDocument))]
[JsonSerializable(typeof(CredentialDeletion))]
[JsonSerializable(typeof(AuthorizationStart))]
[JsonSerializable(typeof(AuthorizationRequest))]
[JsonSerializable(typeof(AuthorizationFinish))]
[JsonSerializable(typeof(CredentialView))]
[JsonSerializable(typeof(Page<CredentialView>))]
[JsonSerializable(typeof(KeychainDocument))]
[JsonSerializable(typeof(KeychainView))]
[JsonSerializable(typeof(Page<KeychainView>))]
[JsonSerializable(typeof(NewTransfer))]
[JsonSerializable(typeof(TransferView))]
[JsonSerializable(typeof(Page<TransferOfferView>))]
[JsonSerializable(typeof(CompletedTransfer))]
[JsonSerializable(typeof(NewWorkOrder))]
[JsonSerializable(typeof(AcceptedWorkOrder))]
[JsonSerializable(typeof(BulkLine))]
[JsonSerializable(typeof(WorkOrderView))]
[JsonSerializable(typeof(Page<WorkOrderView>))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(Page<RunView>))]
[JsonSerializable(typeof(Page<StepView>))]
[JsonSerializable(typeof(Page<LogLineView>))]
[JsonSerializable(typeof(LogEnd))]
[JsonSerializable(typeof(RetryRequest))]
[JsonSerializable(typeof(NewOperation))]
[JsonSerializable(typeof(OperationView))]
[JsonSerializable(typeof(Page<OperationView>))]
[JsonSerializable(typeof(Page<LatestInput>))]
[JsonSerializable(typeof(DataclipView))]
[JsonSerializable(typeof(ClusterOverview))]
[JsonSerializable(typeof(SetAsideList))]
[JsonSerializable(typeof(NodeView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(VersionView))]
[JsonSerializable(typeof(SetupRequest))]
[JsonSerializable(typeof(SetupResult))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(SessionTokens))]
[JsonSerializable(typeof(Page<SessionView>))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(Page<UserView>))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(UserPatch))]
[JsonSerializable(typeof(OwnPatch))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(AccountDeletion))]
[JsonSerializable(typeof(MfaOfferView))]
[JsonSerializable(typeof(MfaCode))]
[JsonSerializable(typeof(RecoveryCodesView))]
[JsonSerializable(typeof(LinkView))]
[JsonSerializable(typeof(LinkAcceptance))]
[JsonSerializable(typeof(Registration))]
[JsonSerializable(typeof(SignedInUser))]
[JsonSerializable(typeof(NewApiToken))]
[JsonSerializable(typeof(ApiTokenView))]
[JsonSerializable(typeof(Page<ApiTokenView>))]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(Page<AuditView>))]
[JsonSerializable(typeof(VerifyRequest))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(CheckpointList))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>As <c>Default</c> with the short form of text: answers are no web page, and job code is full of
    /// characters that only a web page must escape.</summary>
    public static ApiJson Http =>
        field ??= new ApiJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
