using Actors.Instance;
using Cluster.Entities;

namespace Actors.Tests.Instance;

public sealed class InstanceTests
{
    private static readonly InstanceBehavior s_behavior = new();
    private static readonly DecisionContext s_context = new(InstanceBehavior.Entity, DateTimeOffset.UnixEpoch, 0);

    [Fact]
    public void It_begins_with_what_is_safe()
    {
        var settings = s_behavior.Initial.Settings;
        Assert.False(settings.AllowSignUp);
        Assert.False(settings.AllowProjectCreation);
        Assert.Equal(15, settings.PasswordMinLength);
        Assert.Equal((0, 0), (settings.PasswordMaxAgeDays, settings.StaleAccountDays));
    }

    [Fact]
    public void A_change_tells_what_was_before()
    {
        var wanted = InstanceSettings.Default with { RequiresMfa = true };
        var decision = Decide(InstanceState.Initial, new InstanceCommand.Change(0, wanted));

        var changed = Assert.IsType<InstanceEvent.SettingsChanged>(Assert.Single(decision.Events));
        Assert.Equal((wanted, InstanceSettings.Default), (changed.Settings, changed.Before));
        Assert.Equal(new InstanceState(wanted, 1), s_behavior.Evolve(InstanceState.Initial, changed));
    }

    [Fact]
    public void What_holds_already_is_no_change() =>
        Assert.True(Decide(InstanceState.Initial, new InstanceCommand.Change(null, InstanceSettings.Default)).IsReplyOnly);

    [Fact]
    public void A_change_of_another_version_is_refused() =>
        Assert.Equal("version_mismatch", Decide(InstanceState.Initial, new InstanceCommand.Change(1, InstanceSettings.Default)).Refusal?.Code);

    [Fact]
    public void Every_bound_is_told_by_its_field()
    {
        var bad = new InstanceSettings
        {
            PasswordMinLength = 14,
            PasswordMaxAgeDays = -1,
            StaleAccountDays = 3_651,
            AccessTokenMinutes = 0,
            SessionIdleHours = 721,
            SessionMaxDays = 0,
            ApiTokenMaxDays = 0,
            DeletionGraceDays = 91,
            HistoryMaxDays = 8,
            Contact = new string('x', 241),
        };
        Assert.Equal(
            [
                "passwordMinLength", "passwordMaxAgeDays", "staleAccountDays", "accessTokenMinutes", "sessionIdleHours", "sessionMaxDays",
                "apiTokenMaxDays", "historyMaxDays", "deletionGraceDays", "contact",
            ],
            Decide(InstanceState.Initial, new InstanceCommand.Change(null, bad)).Refusal!.Faults.Select(static fault => fault.Field));
    }

    private static Decision<InstanceEvent> Decide(InstanceState state, InstanceCommand command) =>
        s_behavior.Decide(state, command, s_context);
}
