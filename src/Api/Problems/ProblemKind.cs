namespace Api.Problems;

/// <summary>One kind of problem that the API itself answers with; refusals of entities bring their own codes.</summary>
/// <param name="Code">Stable, snake_case, part of the public API.</param>
internal sealed record ProblemKind(int Status, string Code, string Title);

/// <summary>Every problem that does not come from an entity.</summary>
internal static class ProblemKinds
{
    public static readonly ProblemKind BadRequest = new(400, "bad_request", "The request is malformed");
    public static readonly ProblemKind BadParameter = new(400, "bad_parameter", "A parameter has a value of the wrong form");
    public static readonly ProblemKind BadCursor = new(400, "bad_cursor", "The paging cursor is not one this API made");
    public static readonly ProblemKind BadIfMatch = new(400, "bad_if_match", "If-Match must be an ETag of this resource or *");
    public static readonly ProblemKind MalformedJson = new(400, "malformed_json", "The body is not valid JSON");
    public static readonly ProblemKind MalformedYaml = new(400, "malformed_yaml", "The body is not valid YAML");
    public static readonly ProblemKind Unauthorized = new(401, "unauthorized", "A valid bearer token is needed");
    public static readonly ProblemKind Forbidden = new(403, "forbidden", "The caller may not do this");
    public static readonly ProblemKind ScopeMissing = new(403, "scope_missing", "The token lacks the scope for this");
    public static readonly ProblemKind MfaRequired = new(403, "mfa_required", "This needs a sign-in with a second factor");
    public static readonly ProblemKind PasswordExpired = new(403, "password_expired", "The password has expired and must be changed first");
    public static readonly ProblemKind EnvironmentForbidden = new(403, "environment_forbidden", "The caller is limited to other environments of the project");
    public static readonly ProblemKind OthersPreferences = new(403, "others_preferences", "Members alone say what they want to hear");
    public static readonly ProblemKind NotFound = new(404, "not_found", "There is no such resource");
    public static readonly ProblemKind MethodNotAllowed = new(405, "method_not_allowed", "The resource does not know this method");
    public static readonly ProblemKind RequestTimeout = new(408, "request_timeout", "The request body came too slowly");
    public static readonly ProblemKind IdTaken = new(409, "id_taken", "The id belongs to something else");
    public static readonly ProblemKind NodeNotUp = new(409, "node_not_up", "The node is leaving already, or has ended");
    public static readonly ProblemKind StoreNotShared = new(409, "store_not_shared", "There is no other node that could take over");
    public static readonly ProblemKind WorkOrderUnfinished = new(409, "work_order_unfinished", "The work order has a run that is not finished");
    public static readonly ProblemKind WorkOrderFinal = new(409, "work_order_final", "The work order has no run that could be cancelled");
    public static readonly ProblemKind TooManyRuns = new(409, "too_many_runs", "The work order has as many runs as one may have");
    public static readonly ProblemKind TooManyOperations = new(409, "too_many_operations", "The project has as many bulk operations under way as it may have");
    public static readonly ProblemKind TooManyErasures = new(409, "too_many_erasures", "The project has as many open erasures as it may have");
    public static readonly ProblemKind LegalHold = new(409, "legal_hold", "The project is under a legal hold");
    public static readonly ProblemKind WorkflowDeleted = new(409, "workflow_deleted", "The workflow was deleted");
    public static readonly ProblemKind JobGone = new(409, "job_gone", "The workflow has no such job or trigger any more");
    public static readonly ProblemKind DataclipWiped = new(409, "dataclip_wiped", "The input was not kept");
    public static readonly ProblemKind MfaNeededYourself = new(409, "mfa_needed_yourself", "Whoever asks others for a second factor has to have one");
    public static readonly ProblemKind ExportTooLarge = new(409, "export_too_large", "The project's workflows are too large for one document");
    public static readonly ProblemKind BodyTooLarge = new(413, "body_too_large", "The body is larger than allowed");
    public static readonly ProblemKind UnsupportedMediaType = new(415, "unsupported_media_type", "The body's Content-Type is not accepted");
    public static readonly ProblemKind EgressBlocked = new(422, "egress_blocked", "The address is not one that this node calls");
    public static readonly ProblemKind UnknownField = new(422, "unknown_field", "The body has a field that does not exist here");
    public static readonly ProblemKind Invalid = new(422, "invalid", "The request breaks a rule");
    public static readonly ProblemKind IfMatchRequired = new(428, "if_match_required", "Changing this resource needs If-Match");
    public static readonly ProblemKind TooManyRequests = new(429, "too_many_requests", "The caller asks more often than allowed");
    public static readonly ProblemKind HeadersTooLarge = new(431, "headers_too_large", "The headers are larger than allowed");
    public static readonly ProblemKind Internal = new(500, "internal_error", "The node failed to answer");
    public static readonly ProblemKind Overloaded = new(503, "overloaded", "The node is at its limit; try again shortly");
    public static readonly ProblemKind Unavailable = new(503, "unavailable", "The node cannot serve this at the moment");
    public static readonly ProblemKind AuditUnavailable = new(503, "audit_unavailable", "What must be recorded cannot be at the moment");
    public static readonly ProblemKind OutcomeUnknown = new(504, "outcome_unknown", "It is not known whether the change was made");
    public static readonly ProblemKind TimedOut = new(504, "timed_out", "The request took too long");

    public static readonly ProblemKind SignInFailed = new(401, "sign_in_failed", "E-mail address and password do not fit, or the account may not sign in");
    public static readonly ProblemKind SessionEnded = new(401, "session_ended", "The session is over; sign in again");
    public static readonly ProblemKind WrongSetupToken = new(403, "wrong_setup_token", "This is not the setup token of the cluster");
    public static readonly ProblemKind WrongPassword = new(403, "wrong_password", "This is not the present password");
    public static readonly ProblemKind SessionRequired = new(403, "session_required", "This needs a session that began with a sign-in, not an API token");
    public static readonly ProblemKind TooManyAttempts = new(429, "too_many_attempts", "Too many attempts went wrong; wait before the next");
    public static readonly ProblemKind MfaCodeNeeded = new(401, "mfa_code_needed", "This needs a code of the second factor");
    public static readonly ProblemKind WrongMfaCode = new(403, "mfa_code_wrong", "The code is wrong, or was used before");
    public static readonly ProblemKind AccountLocked = new(403, "account_locked", "The account was locked because nobody used it for long; a super user can unlock it");
    public static readonly ProblemKind SignUpClosed = new(403, "sign_up_closed", "Accounts are made by super users here");
    public static readonly ProblemKind FreshSignInNeeded = new(403, "fresh_sign_in_needed", "This needs a session that began within the last five minutes");
    public static readonly ProblemKind MfaNotOffered = new(409, "mfa_not_offered", "No second factor is about to be set up; begin again");
    public static readonly ProblemKind MfaNotSetUp = new(409, "mfa_not_set_up", "No second factor is set up");
    public static readonly ProblemKind LinkOver = new(410, "link_over", "The link was used, has expired, or was replaced");
    public static readonly ProblemKind OwnsProjects = new(409, "owns_projects", "The user owns projects; hand them over first");
    public static readonly ProblemKind SetUpDone = new(410, "setup_done", "The cluster has had its first super user: set-up is over for good");
    public static readonly ProblemKind CommonPassword = new(422, "common_password", "The password is too easy to guess");
    public static readonly ProblemKind PasswordNamesOwner = new(422, "password_names_owner", "The password contains what everybody knows");

    public static readonly ProblemKind IntegrityError = new(500, "integrity_error", "What is stored is not what was stored: it was changed, moved or damaged");
    public static readonly ProblemKind DataErased = new(410, "data_erased", "The data is gone for good: its key was destroyed");
    public static readonly ProblemKind Sealed = new(503, "sealed", "A share of the master key is missing, and this needs it");

    /// <summary>Of a value that is shown alone.</summary>
    public static ProblemKind Of(ReadModels.Unreadable reason) => reason switch
    {
        ReadModels.Unreadable.IntegrityError => IntegrityError,
        ReadModels.Unreadable.DataErased => DataErased,
        _ => Sealed,
    };

    public static readonly ProblemKind ProjectLeaving = new(410, "project_leaving", "The project is about to be deleted");
    public static readonly ProblemKind BodyWiped = new(410, "body_wiped", "The body was not kept; what is known of it is at the dataclip");
    public static readonly ProblemKind StoresNothing = new(409, "stores_nothing", "The project stores no data: there is nothing to go back to");

    private static readonly ProblemKind[] Generic =
    [
        BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, RequestTimeout, BodyTooLarge,
        UnsupportedMediaType, Invalid, IfMatchRequired, TooManyRequests, HeadersTooLarge, Internal, Overloaded, TimedOut,
    ];

    /// <summary>The kind for a bare status that some layer below set.</summary>
    public static ProblemKind OfStatus(int status) =>
        Array.Find(Generic, kind => kind.Status == status) ?? (status >= 500 ? Internal : BadRequest with { Status = status });
}
