using Actors.Accounts;
using Actors.Users;
using Api.Problems;
using Cluster.Entities;

namespace Api.Accounts;

/// <summary>
/// Makes users in two steps: first the user's own entity, under an id that nobody knows, then the register, whose commit makes the user
/// exist. What fails between leaves nothing that anybody sees.
/// </summary>
internal sealed class NewUsers(IEntities entities, Users users, People people, Passwords passwords)
{
    /// <summary>What is wrong with a new person; null if nothing is.</summary>
    /// <param name="minLength">See <see cref="PasswordRules.MinLength"/>.</param>
    public static Problem? Check(string? email, string? name, string? password, int minLength) =>
        Check(email, name) ?? PasswordRules.Check("password", password, new Person(name!, email!), minLength);

    public static Problem? Check(string? email, string? name) => Users.CheckEmail(email) ?? Users.CheckName(name);

    /// <param name="password">Null for somebody who will choose one by a link.</param>
    /// <param name="register">Of id and e-mail key: the command that makes the user exist.</param>
    public async Task<(MadeUser? Made, Problem? Problem)> MakeAsync(
        Person person, string? password, Func<Guid, string, AccountsCommand> register, CancellationToken cancellationToken)
    {
        var hash = password is null ? null : await passwords.HashAsync(password, cancellationToken);
        if (hash is null && password is not null) return (null, Problem.Of(ProblemKinds.Overloaded));

        var id = entities.NewLocalId();
        var create = new UserCommand.Create(await people.SealAsync(id, person, cancellationToken), hash);
        var created = await entities.AskNewAsync(Users.Entity(id), create, cancellationToken);
        if (created is not Outcome.Replied) return (null, Problem.Of(created));

        var registered = await users.AskRegisterAsync(register(id, people.EmailKey(person.Email)), cancellationToken);
        if (registered is Outcome.Replied) return (new MadeUser(id, hash), null);
        if (registered is Outcome.Refused) entities.Tell(Users.Entity(id), new UserCommand.Erase());
        return (null, Problem.Of(registered));
    }
}

/// <param name="PasswordHash">What the password became; null if there is none.</param>
internal sealed record MadeUser(Guid Id, string? PasswordHash);
