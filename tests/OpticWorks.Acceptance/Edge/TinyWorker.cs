namespace OpticWorks.Acceptance.Edge;

/// <summary>A small Worker with assets, as a project that the real wrangler uploads.</summary>
internal sealed class TinyWorker
{
    public const string Name = "tiny";

    private const string Configuration =
        """
        {
          "name": "tiny", "main": "worker.js", "compatibility_date": "2026-10-01", "workers_dev": false, "send_metrics": false,
          "assets": { "directory": "public", "binding": "ASSETS" },
          "version_metadata": { "binding": "VERSION" }, "vars": { "RELEASE": "none" },
          "routes": [{ "pattern": "tiny.example", "custom_domain": true }], "triggers": { "crons": ["0 3 * * *"] }
        }
        """;

    private const string Code =
        """
        export default {
          async fetch(request, env) {
            const { pathname } = new URL(request.url);
            if (pathname === "/echo") return new Response(request.body, { headers: { "x-method": request.method } });
            if (pathname === "/throw") throw new Error("thrown");
            if (pathname === "/asset") return env.ASSETS.fetch(new URL("/of-all.txt", request.url));
            return Response.json({ pathname, release: env.RELEASE, version: env.VERSION, secret: env.TOP_SECRET ?? null });
          },
        };
        """;

    public TinyWorker(string directory)
    {
        Directory = System.IO.Directory.CreateDirectory(directory).FullName;
        Write("wrangler.json", Configuration);
        Write("worker.js", Code);
        Write("public/of-all.txt", "of all\n");
        Write("public/page.html", "<p>page</p>\n");
        Write("public/with space/ä.txt", "odd name\n");
        Write("public/_headers", "/of-all.txt\n  x-from-headers: yes\n");
    }

    public string Directory { get; }

    public void Write(string name, string content)
    {
        var path = Path.Combine(Directory, name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
