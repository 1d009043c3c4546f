using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Storefront.Uploads;

/// <summary>What a new Worker answers until its first release was seen to work.</summary>
internal static class Placeholder
{
    public const string Message = "placeholder: no release yet";

    public const string Code = """
        export default {
          fetch() {
            return new Response("This shop opens soon.\n", {
              status: 503,
              headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "retry-after": "60" },
            });
          },
        };

        """;

    public static string Configuration(string worker) => new JsonObject
    {
        ["name"] = worker,
        ["main"] = "worker.js",
        ["compatibility_date"] = "2025-09-01",
        ["workers_dev"] = false,
    }.ToJsonString();
}
