using Microsoft.Extensions.Primitives;

namespace Api.Perimeter;

/// <summary>
/// Headers of every answer (ASVS 5.0, 3.4 and 14.3.2): nothing is cached, sniffed, framed, embedded or executed. There is no
/// CORS: no page of another origin reads an answer. A route that sets one of them itself keeps its own.
/// </summary>
internal static class SecurityHeaders
{
    private const string NothingAtAll = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Swagger UI loads only its own files; what it styles it styles inline.</summary>
    private const string OwnPages =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string OneYear = "max-age=31536000; includeSubDomains";
    private static readonly PathString s_pages = new("/docs");

    /// <remarks>At the start of the answer: what an error handler clears before is there again.</remarks>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static state => Add((HttpContext)state), context);
            return next(context);
        });

    private static Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (StringValues.IsNullOrEmpty(headers.CacheControl)) headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(s_pages) ? OwnPages : NothingAtAll;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = OneYear;
        return Task.CompletedTask;
    }
}
