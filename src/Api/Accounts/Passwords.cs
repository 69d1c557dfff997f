using Api.Hosting;

namespace Api.Accounts;

/// <summary>Hashes passwords away from the threads that serve, a few at a time: each costs a core a fifth of a second. Who comes when too
/// many wait already is turned away at once.</summary>
internal sealed class Passwords(PasswordHashes hashes, NodeSettings settings) : IDisposable
{
    private readonly SemaphoreSlim _cores = new(settings.Accounts.Passwords.Parallel);
    private readonly int _places = settings.Accounts.Passwords.Parallel + settings.Accounts.Passwords.Waiting;
    private int _inside;

    /// <returns>Null if too many wait.</returns>
    public Task<string?> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => hashes.Hash(PasswordText.Read(password)!), cancellationToken);

    /// <param name="stored">Null takes as long as any other.</param>
    /// <returns>Null if too many wait.</returns>
    public Task<PasswordVerdict?> VerifyAsync(string? stored, string? password, CancellationToken cancellationToken) =>
        RunAsync(() => hashes.Verify(stored, password is null ? null : PasswordText.Read(password)), cancellationToken);

    public void Dispose() => _cores.Dispose();

    private async Task<T?> RunAsync<T>(Func<T> hash, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (Interlocked.Increment(ref _inside) > _places) return null;

            await _cores.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(hash, CancellationToken.None);
            }
            finally
            {
                _cores.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
