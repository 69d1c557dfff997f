using Actors.Tests.Support;
using Actors.Vaults;
using Cluster.Entities;
using static Actors.Tests.Support.AVault;

namespace Actors.Tests.Vaults;

public sealed class RenewalTests
{
    private static readonly Guid s_one = Sample.Id(80);
    private static readonly Guid s_other = Sample.Id(81);
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);
    private static readonly VaultEvent s_created = ((VaultEvent.Created)Created(Dhis)) with { Kind = CredentialKind.Oauth2AuthorizationCode };

    [Fact]
    public void One_renews_and_others_hear_who()
    {
        Given(s_created, Old()).When(Begin(s_one))
            .Then(new VaultEvent.RenewalBegan(Dhis, "main", s_one, Now + s_bound, Now), new VaultReply.Renewal(s_one));
        Given(s_created, Old(), Began(s_one, Now.AddSeconds(1))).When(Begin(s_other)).ThenOnly(new VaultReply.Renewal(s_one));
    }

    [Fact]
    public void Fresh_tokens_are_not_renewed() =>
        Given(s_created, Tokens(Now.AddSeconds(1))).When(Begin(s_one)).ThenOnly(new VaultReply.Renewal(null));

    [Fact]
    public void A_lost_renewal_is_taken_over_unless_refresh_tokens_rotate()
    {
        Given(s_created, Old(), Began(s_one, Now)).When(Begin(s_other))
            .Then(new VaultEvent.RenewalBegan(Dhis, "main", s_other, Now + s_bound, Now), new VaultReply.Renewal(s_other));
        Given(s_created, Old(rotates: true), Began(s_one, Now)).When(Begin(s_other))
            .Then(new VaultEvent.RenewalFailed(Dhis, "main", s_one, true, Now), new VaultReply.Renewal(null));
    }

    [Fact]
    public void Only_the_present_renewal_is_heard()
    {
        var taken = Given(s_created, Old(), Began(s_one, Now), Began(s_other, Now.AddSeconds(9)));
        taken.When(new VaultCommand.SetTokens(Dhis, "main", s_one, Body, null, false)).ThenRefused(RefusalKind.Conflict, VaultRefusals.StaleRenewalCode);
        taken.When(new VaultCommand.FailRenewal(Dhis, "main", s_one, true)).ThenRefused(RefusalKind.Conflict, VaultRefusals.StaleRenewalCode);
        taken.When(new VaultCommand.SetTokens(Dhis, "main", s_other, Body, null, false))
            .Then(new VaultEvent.TokensSet(Dhis, "main", Body, null, false, false, Now), VaultReply.Done.Instance);
    }

    [Fact]
    public void Another_body_ends_what_is_under_way()
    {
        var changed = Given(
            s_created, Old(), Began(s_one, Now.AddSeconds(9)), new VaultEvent.Updated(Dhis, "dhis2", "raw", ["a"], new SealedBody(new byte[] { 7 }), Now));
        changed.When(new VaultCommand.SetTokens(Dhis, "main", s_one, Body, null, false)).ThenRefused(RefusalKind.Conflict, VaultRefusals.StaleRenewalCode);
        changed.When(Begin(s_other)).ThenRefused(RefusalKind.Conflict, VaultRefusals.ReauthorizationCode);
    }

    [Fact]
    public void What_nobody_authorized_is_not_renewed()
    {
        Given(s_created).When(Begin(s_one)).ThenRefused(RefusalKind.Conflict, VaultRefusals.ReauthorizationCode);
        Given(s_created, Old(), Began(s_one, Now), new VaultEvent.RenewalFailed(Dhis, "main", s_one, true, Now)).When(Begin(s_other))
            .ThenRefused(RefusalKind.Conflict, VaultRefusals.ReauthorizationCode);
    }

    private static VaultCommand Begin(Guid lease) => new VaultCommand.BeginRenewal(Dhis, "main", lease, s_bound);

    private static VaultEvent Began(Guid lease, DateTimeOffset until) => new VaultEvent.RenewalBegan(Dhis, "main", lease, until, Now);

    private static VaultEvent Old(bool rotates = false) => Tokens(Now, rotates);

    private static VaultEvent Tokens(DateTimeOffset renewAt, bool rotates = false) =>
        new VaultEvent.TokensSet(Dhis, "main", Body, renewAt, rotates, true, Now);
}
