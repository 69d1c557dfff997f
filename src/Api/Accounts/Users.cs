using Actors;
using Actors.Accounts;
using Actors.Users;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Accounts;

/// <summary>Reads users with their names, and speaks to their entities and to the register.</summary>
internal sealed class Users(IEntities entities, AccountQueries accounts, People people)
{
    private const int NameAttempts = 3;
    private const int MaxName = 100;

    public static EntityRef Entity(Guid userId) => new(EntityTypes.User, userId);

    public static Problem? CheckName(string? name) =>
        name is { Length: <= MaxName } && !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl) && WellFormed.Is(name)
            ? null
            : Problem.Of(ProblemKinds.Invalid, "name", "must be 1 to 100 characters, not only blanks, without control characters");

    public static Problem? CheckEmail(string? email) =>
        EmailAddress.IsAddress(email) ? null : Problem.Of(ProblemKinds.Invalid, "email", EmailAddress.Rule);

    public ValueTask<Outcome> AskAsync(Guid userId, UserCommand command, CancellationToken cancellationToken) =>
        entities.AskAsync(Entity(userId), command, cancellationToken);

    public ValueTask<Outcome> AskRegisterAsync(AccountsCommand command, CancellationToken cancellationToken) =>
        entities.AskAsync(AccountsBehavior.Entity, command, cancellationToken);

    public async Task<UserView?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        await accounts.FindAsync(userId, cancellationToken) is { } row ? await ViewAsync(row, cancellationToken) : null;

    public async ValueTask<UserView> ViewAsync(AccountRow row, CancellationToken cancellationToken) =>
        UserView.Of(row, await people.OpenAsync(row.Id, row.Person, cancellationToken));

    /// <summary>Changes name and address of a person, whoever else does at the same time.</summary>
    /// <returns>What went wrong; null if it is done.</returns>
    public async Task<Problem?> ChangeAsync(Guid userId, Func<Person, Person> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var looked = await AskAsync(userId, new UserCommand.Look(), cancellationToken);
            if (looked is not Outcome.Replied { Reply: UserReply.Present present }) return Problem.Of(looked);

            var person = change(await people.OpenAsync(userId, present.Person.Blob, cancellationToken));
            var sealedPerson = await people.SealAsync(userId, person, cancellationToken);
            var outcome = await AskAsync(userId, new UserCommand.SetPerson(sealedPerson, present.PersonVersion), cancellationToken);
            if (outcome is Outcome.Replied) return null;
            var isOutrun = outcome is Outcome.Refused { Refusal.Code: UserRefusals.VersionMismatchCode };
            if (!isOutrun || attempt == NameAttempts) return Problem.Of(outcome);
        }
    }
}
