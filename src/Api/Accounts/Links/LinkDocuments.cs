namespace Api.Accounts.Links;

/// <summary>A way to set a password, shown in this answer only. To be handed to the user by whatever is private.</summary>
/// <param name="Token">For <c>POST /v1/links:accept</c>; good once.</param>
internal sealed record LinkView(string Token, DateTimeOffset ExpiresAt);

/// <param name="Name">1 to 100 characters; absent to keep the one that the account was made with.</param>
/// <param name="Password">As the instance asks for; 15 to 1024 characters unless it is set otherwise.</param>
internal sealed record LinkAcceptance(string? Token, string? Name, string? Password);

/// <param name="Email">Nobody checks that it is theirs: there is no mail server.</param>
internal sealed record Registration(string? Email, string? Name, string? Password);

/// <param name="Session">Absent if a second factor has to be shown: then sign in.</param>
internal sealed record SignedInUser(UserView User, SessionTokens? Session);
