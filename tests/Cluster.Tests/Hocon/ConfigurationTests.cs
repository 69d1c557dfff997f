using Cluster.Hocon;
using Microsoft.Extensions.Configuration;

namespace Cluster.Tests.Hocon;

public sealed class ConfigurationTests : IDisposable
{
    private readonly ScratchFiles _files = new();

    [Fact]
    public void Objects_and_arrays_become_flat_keys()
    {
        var configuration = Load("cluster { worker.lease-grace = 20s, seeds = [a, {b = 1}], none = null, empty = [] }");
        Assert.Equal("20s", configuration["cluster:worker:lease-grace"]);
        Assert.Equal("a", configuration["cluster:seeds:0"]);
        Assert.Equal("1", configuration["cluster:seeds:1:b"]);
        Assert.Null(configuration["cluster:none"]);
        Assert.Equal("", configuration["cluster:empty"]);
    }

    [Fact]
    public void A_later_file_overrides_single_keys_and_whole_arrays()
    {
        var configuration = Load(
            "a { x = 1, y = 2, list = [1, 2, 3] }\nz = ${a.x}",
            "a { x = 5, list = [9] }",
            "a.w = ${a.y}");
        Assert.Equal("5", configuration["a:x"]);
        Assert.Equal("2", configuration["a:w"]);
        Assert.Equal("5", configuration["z"]);
        Assert.Equal("9", configuration["a:list:0"]);
        Assert.Null(configuration["a:list:1"]);
    }

    [Fact]
    public void A_later_file_extends_the_value_of_an_earlier_one() =>
        Assert.Equal("a:b", Load("path = a", "path = ${path}\":b\"")["path"]);

    [Fact]
    public void A_configuration_manager_layers_files_as_a_builder_does()
    {
        using var manager = new ConfigurationManager();
        manager.AddHocon(_files.Write("0.conf", "a = [1, 2]")).AddHocon(_files.Write("1.conf", "a = [3]"));
        Assert.Equal("3", manager["a:0"]);
        Assert.Null(manager["a:1"]);
    }

    [Fact]
    public void Sources_keep_their_order_among_others()
    {
        var configuration = new ConfigurationBuilder()
            .AddHocon(_files.Write("0.conf", "a = 1, b = 1, c = 1"))
            .AddInMemoryCollection([new("b", "2"), new("c", "2")])
            .AddHocon(_files.Write("1.conf", "c = 3"))
            .Build();
        Assert.Equal("1 2 3", $"{configuration["a"]} {configuration["b"]} {configuration["c"]}");
    }

    [Fact]
    public void Includes_are_found_next_to_their_file_on_disk()
    {
        _files.Write("parts/more.conf", "x = 1");
        Assert.Equal("1", Load("a { include \"parts/more.conf\" }")["a:x"]);
    }

    [Fact]
    public void A_missing_file_is_a_fault_unless_it_is_optional()
    {
        var missing = _files.PathOf("missing.conf");
        Assert.Null(new ConfigurationBuilder().AddHocon(missing, optional: true).Build()["a"]);
        var fault = Assert.Throws<HoconException>(() => new ConfigurationBuilder().AddHocon(missing).Build());
        Assert.Equal($"{missing}:1:1: the file does not exist", fault.Message);
    }

    [Theory]
    [InlineData("a = 1\nA = 2", "2:5: two keys here differ in case only")]
    [InlineData("\"a:b\" = 1", "1:9: a key must not be empty or contain ':'")]
    [InlineData("a.\"\" = 1", "1:8: a key must not be empty or contain ':'")]
    public void Keys_that_flat_configuration_cannot_hold_are_refused(string text, string expected)
    {
        var fault = Assert.Throws<HoconException>(() => Load(text));
        Assert.Equal($"{_files.PathOf("0.conf")}:{expected}", fault.Message);
    }

    public void Dispose() => _files.Dispose();

    private IConfigurationRoot Load(params string[] texts)
    {
        var builder = new ConfigurationBuilder();
        for (var i = 0; i < texts.Length; i++) builder.AddHocon(_files.Write($"{i}.conf", texts[i]));
        return builder.Build();
    }
}
