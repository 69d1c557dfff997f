namespace Api.Documentation;

/// <summary>The route takes a body of any shape in these types. Unlike the framework's metadata it does not take part in
/// routing: the route itself answers what it does not accept.</summary>
internal sealed record AnyBodyDocs(string[] MediaTypes);

/// <summary>A parameter of the path that the route reads by itself.</summary>
internal sealed record PathDocs(string Name, string Description);
