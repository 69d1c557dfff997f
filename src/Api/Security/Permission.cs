namespace Api.Security;

/// <summary>What a route, socket event or stream needs its caller to have. Who has it says <see cref="PermissionTable"/>.</summary>
internal enum Permission
{
    /// <summary>Nothing: everybody may, without a token.</summary>
    Open,

    /// <summary>Another kind of token, which the route checks itself.</summary>
    OwnCheck,

    /// <summary>Of every signed-in user: to end sessions, change the password and set up a second factor. All that is left to who
    /// must do one of these first.</summary>
    OwnSignIn,

    /// <summary>Of every signed-in user: their own account, tokens and list of projects.</summary>
    OwnAccount,

    /// <summary>Of every signed-in user: credentials that are theirs.</summary>
    OwnCredentials,

    /// <summary>Nodes, workers, what is set aside.</summary>
    ManageCluster,
    ManageUsers,

    /// <summary>Settings of the instance, OpenID Connect among them.</summary>
    ManageInstance,
    ReadInstanceAudit,
    CreateProjects,

    /// <summary>Any project from outside: create for others, rename, limit, delete, appoint members. Never to read its data.</summary>
    AdministerProjects,

    ViewProject,
    EditProject,
    DeleteProject,
    TransferProject,
    ExportProject,
    ReadProjectAudit,

    ViewMembers,
    ManageMembers,

    /// <summary>A member's own digest, alerts and leaving.</summary>
    EditOwnMembership,

    ViewWorkflows,
    CreateWorkflows,
    EditWorkflows,
    DeleteWorkflows,
    ManageWebhookAuth,

    /// <summary>Submit work orders, run from a job of choice.</summary>
    RunWorkflows,
    SelectInputs,
    ViewHistory,

    /// <summary>Retry and cancel, single and in bulk.</summary>
    RerunHistory,

    /// <summary>Name dataclips, which keeps them.</summary>
    NameDataclips,

    /// <summary>Find and erase what the project has of a person.</summary>
    EraseData,

    ViewProjectCredentials,

    /// <summary>Let the project's runs use a credential of one's own, or end that.</summary>
    AttachCredentials,

    /// <summary>Take anybody's credential from the project.</summary>
    DetachCredentials,

    /// <summary>Make keychain credentials, which select one of the project's credentials by the input of a run.</summary>
    ManageKeychains,

    ConnectRepository,
    SyncRepository,
}
