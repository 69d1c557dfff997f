using System.Globalization;
using Api.Problems;

namespace Api.Json;

/// <summary>Optimistic locking: an ETag is the quoted version.</summary>
internal static class IfMatch
{
    public static void WriteETag(HttpContext context, long version) =>
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Reads the version that the caller decided on; <c>*</c> gives null, which overwrites.</summary>
    /// <param name="required">Without the header the answer is 428.</param>
    public static Problem? Read(HttpContext context, bool required, out long? version)
    {
        version = null;
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0) return required ? Problem.Of(ProblemKinds.IfMatchRequired, "Send the ETag of the version you changed, or *.") : null;

        var text = header.ToString().Trim();
        if (text == "*") return null;
        if (text is ['"', .. var digits, '"']
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
        {
            version = parsed;
            return null;
        }

        return Problem.Of(ProblemKinds.BadIfMatch);
    }
}
