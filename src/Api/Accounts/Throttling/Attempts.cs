namespace Api.Accounts.Throttling;

/// <summary>What is being tried, without anything that tells who or where: keyed hashes.</summary>
/// <param name="Account">Null if it is about no account: a setup token, a link.</param>
/// <param name="IsKnown">Somebody signed in to that account from that network lately.</param>
internal sealed record Attempt(string? Account, string Address, bool IsKnown);

internal enum AttemptStep
{
    Enter,
    Succeed,
}

/// <param name="OfAddress">Of the counts by address; else of those by account.</param>
internal sealed record AttemptQuestion(Attempt Attempt, AttemptStep Step, bool OfAddress);

/// <param name="WaitMs">0 if it may be made.</param>
internal sealed record AttemptAnswer(long WaitMs);

/// <summary>The counts that this node keeps: those of the keys whose shard is here, and of others while their node does not answer.</summary>
internal sealed class AttemptCounts(TimeProvider time)
{
    /// <summary>Keys of each table; an entry takes some 300 bytes.</summary>
    private const int Most = 50_000;

    private readonly AttemptTable _pairs = new(
        new AttemptRule(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), TimeSpan.FromHours(24)), Most, time);

    /// <summary>NIST SP 800-63B-4, 3.2.2: at most 100 in a row; then one an hour.</summary>
    private readonly AttemptTable _accounts = new(
        new AttemptRule(100, TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromDays(30)), Most, time);

    private readonly AttemptTable _addresses = new(
        new AttemptRule(30, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)), Most, time);

    public AttemptAnswer Answer(AttemptQuestion question)
    {
        var wait = TimeSpan.Zero;
        var attempt = question.Attempt;
        if (question.OfAddress) wait = OfAddress(attempt, question.Step);
        else if (attempt.Account is not null) wait = OfAccount(attempt, question.Step);
        return new AttemptAnswer((long)Math.Ceiling(wait.TotalMilliseconds));
    }

    private TimeSpan OfAddress(Attempt attempt, AttemptStep step)
    {
        if (step == AttemptStep.Enter) return _addresses.Enter(attempt.Address);

        // Not cleared: somebody with an account of their own could try others' for ever.
        _addresses.TakeBack(attempt.Address);
        return TimeSpan.Zero;
    }

    private TimeSpan OfAccount(Attempt attempt, AttemptStep step)
    {
        var (account, pair) = (attempt.Account!, $"{attempt.Account}|{attempt.Address}");
        if (step == AttemptStep.Succeed)
        {
            _pairs.Clear(pair);
            _accounts.Clear(account);
            return TimeSpan.Zero;
        }

        // Who is refused for one reason is not counted for the other.
        var wait = attempt.IsKnown ? TimeSpan.Zero : _accounts.Look(account);
        if (wait > TimeSpan.Zero) return wait;
        wait = _pairs.Enter(pair);
        if (wait == TimeSpan.Zero && !attempt.IsKnown) _accounts.Enter(account);
        return wait;
    }
}
