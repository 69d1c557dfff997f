using Api.Hosting;
using Api.Keys.Rotation;
using Api.Problems;
using Api.Security;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Api.Keys;

/// <summary>Keys of a full node, and what a sealed one has in their place. README.md beside this file says what it can do.</summary>
internal static class KeyHosting
{
    /// <summary>A stop of a sealed node has nothing to finish.</summary>
    private static readonly TimeSpan s_sealedStop = TimeSpan.FromSeconds(2);

    private static readonly string[] s_open = ["/health", "/version", "/docs", "/openapi", "/metrics"];

    /// <summary>Registered after everything else: a sealed node starts nothing of it but the listener.</summary>
    public static WebApplicationBuilder AddNodeKeys(this WebApplicationBuilder builder, NodeStore store, NodeKeys keys)
    {
        var services = builder.Services;
        services.AddSingleton(new Seal(keys.Fault));
        services.AddSingleton(static provider => provider.GetRequiredService<NodeSettings>().Keys.Protection);
        services.AddSingleton<Sealing>().AddSingleton<SecretHashes>();
        services.AddSingleton(static provider => new Lazy<RootKey>(provider.GetRequiredService<RootKey>));
        if (keys.Ring is { } ring) services.AddRing(ring);
        else services.AddSealed(store);
        return builder;
    }

    /// <summary>A sealed node answers what is open to all and what is only read; whatever would need a key or an entity is refused here, or
    /// when it asks for one.</summary>
    public static void UseSeal(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<Seal>().IsSealed) return;
        app.Use(static (context, next) =>
            IsServedSealed(context.Request) ? next(context) : Problem.Of(ProblemKinds.Sealed).ExecuteAsync(context));
    }

    private static bool IsServedSealed(HttpRequest request) =>
        Array.Exists(s_open, path => request.Path.StartsWithSegments(path, StringComparison.Ordinal))
        || ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && request.Path.StartsWithSegments("/v1", StringComparison.Ordinal));

    private static void AddRing(this IServiceCollection services, KeyRing ring)
    {
        services.AddSingleton(ring).AddSingleton(ring.Keys).AddSingleton<IDataKeys>(ring.Keys).AddSingleton(ring.Root);
        services.AddSingleton(static provider => provider.GetRequiredService<NodeSettings>().ShareSources);
        services.AddSingleton(static provider => provider.GetRequiredService<NodeSettings>().Keys.Rotation);
        services.AddRotation();
        services.AddSingleton<KeyWatch>().AddHostedService(static provider => provider.GetRequiredService<KeyWatch>());
    }

    private static void AddSealed(this IServiceCollection services, NodeStore store)
    {
        services.RemoveAll<IHostedService>();
        services.Replace(ServiceDescriptor.Singleton<IEntities, SealedEntities>());
        services.RemoveAll<IJournal>();
        services.AddSingleton<IDataKeys, SealedKeys>();
        services.AddSingleton<RootKey>(static _ => throw new KeysSealedException(Seal.Public));
        services.AddSingleton(store).AddHostedService<SealWatch>();
        services.PostConfigure<HostOptions>(static host => host.ShutdownTimeout = s_sealedStop);
    }
}
