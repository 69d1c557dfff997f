using System.Collections.Immutable;

namespace Actors.Users;

/// <summary>A second factor that is set up: one-time codes of an authenticator app (RFC 6238), and codes for when it is lost.</summary>
/// <param name="Secret">Of the app, sealed outside the entity.</param>
/// <param name="LastStep">The newest time step whose code was accepted: none is accepted twice (OWASP ASVS 5.0, 6.5.1).</param>
/// <param name="RecoveryHashes">Keyed hashes of the recovery codes that were not used yet.</param>
public sealed record Mfa(ReadOnlyMemory<byte> Secret, long LastStep, ImmutableArray<string> RecoveryHashes, DateTimeOffset Since);

/// <summary>A second factor that somebody is about to set up: of no use until a code of it was shown.</summary>
public sealed record MfaOffer(ReadOnlyMemory<byte> Secret, DateTimeOffset At)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);
}

/// <summary>What proved the second factor: one of both. It was checked outside; that it was never used before is checked here.</summary>
/// <param name="Step">Time step of the code.</param>
/// <param name="RecoveryHash">Of the recovery code.</param>
public sealed record SecondFactor(long? Step, string? RecoveryHash)
{
    /// <returns>Null if it was used before, or is none of that user's.</returns>
    public Mfa? UseOn(Mfa mfa)
    {
        if (Step is { } step) return step > mfa.LastStep ? mfa with { LastStep = step } : null;
        return RecoveryHash is { } hash && mfa.RecoveryHashes.Contains(hash)
            ? mfa with { RecoveryHashes = mfa.RecoveryHashes.Remove(hash) }
            : null;
    }
}
