using Cluster.Hocon;

namespace Api.Hosting;

/// <summary>What a node is made of, in the order in which it starts.</summary>
internal static class NodeHosting
{
    /// <summary>Without what a node has no use for: IIS, HTTP/3, checks of host names, which it does itself, and a watch on files of settings,
    /// which it reads when it starts.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateSlimBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);

    /// <summary>The reference file, the operator's own file given by <c>--config</c>, then the environment; later wins.</summary>
    /// <exception cref="SettingsException">A setting is bad, missing or unknown; all faults at once.</exception>
    public static NodeSettings ReadSettings(this WebApplicationBuilder builder)
    {
        builder.Configuration.AddHocon("hocon/cluster.conf", optional: true);
        if (builder.Configuration["config"] is { } own)
        {
            builder.Configuration.AddHocon(own, optional: false);
        }

        builder.Configuration.AddClusterEnvironment();
        var reader = new SettingsReader(builder.Configuration);
        var settings = NodeSettings.Read(reader);
        reader.ThrowIfFaulty();
        builder.WebHost.UseUrls(settings.Http.Url);
        return settings;
    }

    public static WebApplicationBuilder AddEngine(this WebApplicationBuilder builder, NodeStore store, NodeSettings settings)
    {
        store.AddTo(builder.Services);
        builder.Services.AddEntities(settings.Engine.Runs);
        builder.Services.AddAccountEntities(settings.Accounts.MaxUsers);
        return builder;
    }
}
