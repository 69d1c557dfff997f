using Api.Hosting;

namespace Api.Perimeter;

/// <summary>What stands between the network and the API.</summary>
internal static class PerimeterHosting
{
    public static WebApplicationBuilder AddPerimeter(this WebApplicationBuilder builder, HttpSettings http)
    {
        builder.WebHost.ConfigureKestrel(kestrel => Listener.Configure(kestrel, http));
        if (!http.Perimeter.IsTls) return builder;

        builder.Services.AddSingleton(http.Perimeter);
        builder.Services.AddSingleton<ServerCertificate>();
        builder.Services.AddSingleton<OwnWorkerSocket>();
        return builder;
    }

    /// <summary>Outermost: the caller's address is known, and every answer has its headers, from here on.</summary>
    public static void UsePerimeter(this WebApplication app, PerimeterSettings settings)
    {
        if (settings.IsTls)
        {
            app.Services.GetRequiredService<ServerCertificate>().Load();
            ListenForOwnWorker(app);
            app.UseOnlyWorkersOnFileSocket();
        }

        app.UseForwarding(settings);
        app.UseSecurityHeaders();
        app.UseOneLength();
    }

    /// <remarks>Configured addresses count only while none is named here.</remarks>
    private static void ListenForOwnWorker(WebApplication app)
    {
        foreach (var url in (app.Configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)) app.Urls.Add(url);
        app.Urls.Add(app.Services.GetRequiredService<OwnWorkerSocket>().ListenUrl);
    }
}
