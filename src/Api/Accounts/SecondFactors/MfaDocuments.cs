using System.Collections.Immutable;

namespace Api.Accounts.SecondFactors;

/// <summary>What an authenticator app needs, shown in this answer only.</summary>
/// <param name="OtpauthUri">For a QR code.</param>
/// <param name="Secret">The same for typing: base32, SHA-1, 6 digits, 30 seconds.</param>
internal sealed record MfaOfferView(string OtpauthUri, string Secret);

/// <param name="Code">Of the app, or a recovery code where one is accepted.</param>
internal sealed record MfaCode(string? Code);

/// <param name="RecoveryCodes">Each is good once in place of a code of the app. Shown in this answer only.</param>
internal sealed record RecoveryCodesView(ImmutableArray<string> RecoveryCodes);
