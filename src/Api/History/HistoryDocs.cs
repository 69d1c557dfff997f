namespace Api.History;

/// <summary>What the OpenAPI document says of the lists of work orders and runs.</summary>
internal static class HistoryDocs
{
    public const string Lists =
        """
        `state` may be given several times or with commas. `from` and `to` are times of creation, `activeFrom` and `activeTo` (work
        orders) of the last change. `environment` may be given several times, too; without it the list has those that the caller may see.
        `search` (2 to 200 characters) finds a text anywhere in ids, in inputs and outputs up to 1 MiB,
        and in log lines, or in those that `searchIn` names (`id`, `body`, `log`); the case of A to Z does not matter, and there are
        no wildcards. A search that takes long answers with what it found so far: go on with `next` while there is one, also after
        an empty page. `searchedTo` says how far it got. Pages are stable while new entries arrive.
        """;
}
