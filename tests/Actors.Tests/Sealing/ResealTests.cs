using Actors.OpenId;
using Actors.Projects;
using Actors.Tests.Support;
using Actors.Users;
using Actors.Vaults;
using Cluster.Entities;
using static Actors.Tests.Support.AVault;

namespace Actors.Tests.Sealing;

/// <summary>What entities do with blobs that were sealed anew: only what is still there is replaced, and nothing else changes.</summary>
public sealed class ResealTests
{
    private static readonly VaultEvent s_created =
        new VaultEvent.Created(Dhis, "dhis2", "raw", ["a"], new SealedBody(ABlob.Of(1)), Now) { Kind = CredentialKind.Oauth2AuthorizationCode };

    private static readonly VaultEvent s_tokens = new VaultEvent.TokensSet(Dhis, "main", new SealedBody(ABlob.Of(2)), null, false, true, Now);

    [Fact]
    public void A_vault_replaces_what_is_still_there_and_keeps_tokens_and_version()
    {
        var vault = Given(s_created, s_tokens);

        vault.When(new VaultCommand.Reseal([ABlob.Change(1, 11), ABlob.Change(2, 12), ABlob.Change(9, 19)]))
            .Then(new VaultEvent.Resealed([ABlob.Change(1, 11), ABlob.Change(2, 12)], Now), VaultReply.Done.Instance);

        var after = vault.Given(new VaultEvent.Resealed([ABlob.Change(1, 11), ABlob.Change(2, 12)], Now)).State.Credentials[Dhis];
        Assert.Equal(ABlob.Of(11), after.Body.Blob.ToArray());
        Assert.Equal(ABlob.Of(12), after.Tokens!["main"].Tokens!.Blob.ToArray());
        Assert.Equal(1, after.Version);
    }

    [Fact]
    public void A_body_that_was_set_meanwhile_stays()
    {
        var vault = Given(s_created, new VaultEvent.Updated(Dhis, "dhis2", "raw", ["a"], new SealedBody(ABlob.Of(5)), Now));

        vault.When(new VaultCommand.Reseal([ABlob.Change(1, 11)])).ThenOnly(VaultReply.Done.Instance);
    }

    [Fact]
    public void A_deleted_credential_takes_part()
    {
        var vault = Given(s_created, new VaultEvent.Removed(Dhis, Now, Now));

        Assert.IsType<VaultReply.Fetched>(new VaultBehavior().Decide(vault.State, new VaultCommand.Inspect(Dhis), Context(EntityTypes.Vault)).Reply);
        Assert.True(new VaultBehavior().Decide(vault.State, new VaultCommand.Reseal([ABlob.Change(1, 11)]), Context(EntityTypes.Vault)).ForgetsHistory);
    }

    [Fact]
    public void A_user_replaces_the_person_and_both_secrets()
    {
        var state = UserState.Empty with
        {
            Person = new SealedPerson(ABlob.Of(1)),
            PersonVersion = 4,
            Mfa = new Mfa(ABlob.Of(2), 7, ["r"], Now),
            MfaOffer = new MfaOffer(ABlob.Of(3), Now),
        };
        var decision = new UserBehavior().Decide(
            state, new UserCommand.Reseal([ABlob.Change(1, 11), ABlob.Change(2, 12), ABlob.Change(3, 13)]), Context(EntityTypes.User));

        var after = new UserBehavior().Evolve(state, Assert.Single(decision.Events));
        Assert.True(decision.ForgetsHistory);
        Assert.Equal(ABlob.Of(11), after.Person!.Blob.ToArray());
        Assert.Equal(ABlob.Of(12), after.Mfa!.Secret.ToArray());
        Assert.Equal(ABlob.Of(13), after.MfaOffer!.Secret.ToArray());
        Assert.Equal((4, 7L), (after.PersonVersion, after.Mfa.LastStep));
    }

    [Fact]
    public void A_project_on_its_way_out_replaces_token_and_addresses_of_open_invitations()
    {
        var project = new ProjectBehavior();
        var state = ProjectState.Absent with
        {
            Status = ProjectStatus.Active,
            Version = 3,
            PurgeAt = Now,
            Repository = new Repository("https://api.github.com", "acme/flows", "main", "project.yaml", ABlob.Text(1)),
        };
        var decision = project.Decide(state, new ProjectCommand.Reseal([ABlob.Change(1, 11)], Now), Context(EntityTypes.Project));

        var resealed = Assert.IsType<ProjectEvent.Resealed>(Assert.Single(decision.Events));
        Assert.Equal(Now, resealed.ConnectedAt);
        var after = project.Evolve(state, resealed);
        Assert.Equal(ABlob.Text(11), after.Repository!.SealedToken);
        Assert.Equal(state.Version, after.Version);
        Assert.IsType<ProjectReply.Holding>(project.Decide(state, new ProjectCommand.Inspect(), Context(EntityTypes.Project)).Reply);
    }

    [Fact]
    public void A_provider_that_was_changed_meanwhile_keeps_its_secret()
    {
        var provider = new OpenIdProviderBehavior();
        var state = new OpenIdProviderState(Messages.OpenIdSamples.Provider with { ClientSecret = ABlob.Text(1) }, 2);

        Assert.Empty(provider.Decide(state, new OpenIdProviderCommand.Reseal(ABlob.Change(9, 11)), Context(EntityTypes.OpenIdProvider)).Events);
        var decision = provider.Decide(state, new OpenIdProviderCommand.Reseal(ABlob.Change(1, 11)), Context(EntityTypes.OpenIdProvider));
        var after = provider.Evolve(state, Assert.Single(decision.Events));
        Assert.Equal((ABlob.Text(11), 2L), (after.Provider!.ClientSecret, after.Version));
    }

    private static DecisionContext Context(string type) => new(new EntityRef(type, Sample.Id(69)), Now, 1);
}
