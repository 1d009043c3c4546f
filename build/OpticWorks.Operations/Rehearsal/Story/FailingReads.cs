namespace OpticWorks.Operations.Rehearsal.Story;

/// <summary>
/// Makes a backend's build output fail some of the rehearsal's own light reads: every n-th in each process, with 500 and a header that says so. Pages, carts and
/// whoever else asks are served as before, so every other failure that a shopper sees is a real one. It is part of the artifact, not of this suite or the store.
/// </summary>
internal static class FailingReads
{
    /// <summary>Every so many reads one fails: 5 %.</summary>
    public const int OneOf = 20;

    private const string FileName = "opticworks-rehearsal.js";

    /// <summary>Writes the fault, and one line at the end of Medusa's configuration that loads it.</summary>
    /// <exception cref="OperationException">The build output has no medusa-config.js.</exception>
    public static void Write(string folder)
    {
        var configuration = Path.Combine(folder, "medusa-config.js");
        if (!File.Exists(configuration))
            throw new OperationException("The backend's build output has no medusa-config.js, so no failing release can be made of it", ExitCodes.Engine) { Where = folder };
        File.WriteAllText(Path.Combine(folder, FileName), Text);
        File.AppendAllText(configuration, $"\nrequire(\"./{FileName}\");\n");
    }

    private static string Text =>
        $$"""
        "use strict";
        // Written by the rehearsal: this release fails every {{OneOf}}th light read of the rehearsal's shoppers.
        const { Server } = require("node:http");
        const emit = Server.prototype.emit;
        let reads = 0;

        Server.prototype.emit = function (event, request, response) {
          if (event === "request" && isRead(request) && ++reads % {{OneOf}} === 0) {
            response.writeHead(500, { "content-type": "application/json", "x-release": process.env.RELEASE_ID ?? "", "{{OpenLoop.FaultHeader}}": "1" });
            response.end('{"type":"rehearsed_fault"}\n');
            return true;
          }
          return emit.apply(this, arguments);
        };

        function isRead({ method, headers }) {
          return method === "GET" && String(headers["user-agent"]).startsWith("{{OpenLoop.UserAgent}}");
        }

        """;
}
