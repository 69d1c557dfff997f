namespace Api.Egress;

/// <summary>
/// A call that the node does not make, or whose answer it does not take. One text for all reasons: who chose the address
/// learns nothing of names, addresses and ports inside.
/// </summary>
internal sealed class EgressBlockedException(EgressRule rule) : HttpRequestException("The address is not one that this node calls.")
{
    public const string Code = "egress_blocked";

    /// <summary>For tests and counters; never for who chose the address.</summary>
    public EgressRule Rule { get; } = rule;
}

internal enum EgressRule
{
    Scheme,
    UserInfo,
    Port,
    Address,
    Redirect,
    BodyTooLarge,
    TooSlow,
}
