using System.Net;

namespace Api.Egress;

/// <summary>Checks each request and each redirect, and reads the whole answer within its bounds of size and time.</summary>
internal sealed class EgressHandler(EgressRules rules, EgressLimits limits, TimeProvider time, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limits.Time, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await FollowAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (Blocked(fault) is { } blocked)
        {
            throw blocked;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EgressBlockedException(EgressRule.TooSlow);
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var followed = 0; ; followed++)
        {
            rules.Check(request.RequestUri!);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (Target(request, response) is not { } target)
            {
                await BufferAsync(response, cancellationToken).ConfigureAwait(false);
                return response;
            }

            response.Dispose();
            if (followed == limits.Redirects) throw new EgressBlockedException(EgressRule.Redirect);
            request = Onwards(request, target);
        }
    }

    /// <returns>Null for an answer that is to be taken as it is.</returns>
    private Uri? Target(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (limits.Redirects == 0 || request.Method != HttpMethod.Get || response.Headers.Location is not { } location) return null;
        return response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            ? new Uri(request.RequestUri!, location)
            : null;
    }

    /// <summary>Nothing of the first request but what it accepts: who it was for is not whom it goes to now.</summary>
    private static HttpRequestMessage Onwards(HttpRequestMessage from, Uri target)
    {
        var onwards = new HttpRequestMessage(HttpMethod.Get, target);
        foreach (var accepted in from.Headers.Accept) onwards.Headers.Accept.Add(accepted);
        return onwards;
    }

    private async Task BufferAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var content = response.Content;
        try
        {
            if (content.Headers.ContentLength > limits.BodyBytes) throw new EgressBlockedException(EgressRule.BodyTooLarge);
            var body = await ReadAsync(content, cancellationToken).ConfigureAwait(false);
            var buffered = new ByteArrayContent(body);
            foreach (var (name, values) in content.Headers) buffered.Headers.TryAddWithoutValidation(name, values);
            buffered.Headers.ContentLength = body.Length;
            response.Content = buffered;
            content.Dispose();
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The stream is decompressed already: the bound is on what comes out, and what goes in is not more than the kernel
    /// holds beyond it.</summary>
    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var body = new MemoryStream();
        var chunk = new byte[16 << 10];
        while (await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (body.Length + read > limits.BodyBytes) throw new EgressBlockedException(EgressRule.BodyTooLarge);
            body.Write(chunk.AsSpan(0, read));
        }

        return body.ToArray();
    }

    /// <summary>What the connector threw comes wrapped.</summary>
    private static EgressBlockedException? Blocked(Exception? fault)
    {
        while (fault is not null and not EgressBlockedException) fault = fault.InnerException;
        return fault as EgressBlockedException;
    }
}
