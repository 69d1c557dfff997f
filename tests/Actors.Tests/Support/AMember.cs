using Actors.Projects;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Support;

internal static class AMember
{
    public static readonly Guid Owner = Id(80);
    public static readonly Guid Other = Id(81);
    public static readonly Guid Third = Id(82);

    public static ProjectEvent Owned(params string[] environments) => new ProjectEvent.Created("data-team", null, null, At(0))
    {
        OwnerId = Owner,
        Policies = environments.Length == 0 ? null : ProjectPolicies.Usual with { Environments = new EnvironmentSet([.. environments]) },
    };

    public static ProjectEvent Joined() => Joined(Other);

    public static ProjectEvent Joined(Guid userId, ProjectRole role = ProjectRole.Editor) =>
        new ProjectEvent.MemberAdded(userId, role, null, At(1));

    public static ProjectCommand.Invite Invite(int id = 90) =>
        new(Id(id), Owner, $"key-{id}", "sealed", ProjectRole.Editor, null, $"hash-{id}");

    public static ProjectCommand.AcceptInvitation Accept(int id = 90) => new(Id(id), $"hash-{id}", $"key-{id}", Other);

    public static ProjectEvent Invited(double at, int id = 90) => new ProjectEvent.Invited(
        new Invitation(
            Id(id), $"key-{id}", "sealed", ProjectRole.Editor, null, $"hash-{id}", Owner, At(at), At(at) + Invitation.Lasts),
        []);
}
