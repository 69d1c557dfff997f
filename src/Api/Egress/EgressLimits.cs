namespace Api.Egress;

/// <summary>What a call may take.</summary>
/// <param name="BodyBytes">Of the answer's body, before and after it is decompressed.</param>
/// <param name="Time">From the first look-up of the name to the last byte.</param>
/// <param name="Redirects">How often a <c>GET</c> may be sent on; each target is checked like the first. None unless asked for.</param>
internal sealed record EgressLimits(int BodyBytes, TimeSpan Time, int Redirects = 0)
{
    public static EgressLimits Default { get; } = new(1 << 20, TimeSpan.FromSeconds(15));
}
