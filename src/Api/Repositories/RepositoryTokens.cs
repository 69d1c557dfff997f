using System.Security.Cryptography;
using System.Text;
using Actors.Vaults;
using Api.Security;
using Cluster.Sealing;

namespace Api.Repositories;

/// <summary>Seals tokens of repositories, each bound to its project.</summary>
internal sealed class RepositoryTokens(Sealing sealing)
{
    private const int MaxLength = 1_000;

    /// <summary>Tells these seals apart from those of vaults and people.</summary>
    public static readonly Guid Space = new("0197a000-0000-7000-8000-000000000003");

    /// <summary>What may stand in a header.</summary>
    public static bool IsToken(string token) =>
        token.Length is > 0 and <= MaxLength && token.All(static character => character is > ' ' and < (char)127);

    public async ValueTask<string> SealAsync(Guid projectId, string token, CancellationToken cancellationToken)
    {
        var plaintext = Encoding.ASCII.GetBytes(token);
        try
        {
            return Convert.ToBase64String((await sealing.SealAsync(projectId, Space, projectId, plaintext, cancellationToken)).Blob.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <exception cref="IntegrityException">It is damaged or of another project.</exception>
    /// <exception cref="KeyDestroyedException">The project's key was destroyed.</exception>
    public async ValueTask<string> OpenAsync(Guid projectId, string sealedToken, CancellationToken cancellationToken) =>
        Encoding.ASCII.GetString(
            await sealing.OpenAsync(Space, projectId, new SealedBody(Convert.FromBase64String(sealedToken)), cancellationToken));
}
