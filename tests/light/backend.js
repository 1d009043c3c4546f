// A light backend with the contract of the store's: the commands and the health check of Medusa, and a few routes. What a release does wrong stands in
// its behaviour.json:  crash | hang | health (a status) | answersAs (a release) | errors (a share) | slow (ms) | leak (ms until it dies) | starts (ms)
// | cold (ms for which each of a process's first 30 requests keeps its thread busy)
const http = require("node:http");
const fs = require("node:fs");
const path = require("node:path");

const behaviour = JSON.parse(fs.readFileSync("behaviour.json", "utf8"));
const [command, ...rest] = process.argv.slice(2);

if (command === "db:migrate") {
  if (behaviour.migrate === "fails") {
    console.error("the migration failed");
    process.exit(1);
  }
  process.exit(0);
} else if (command !== "start") {
  console.error(`unknown command ${command}`);
  process.exit(2);
} else if (behaviour.crash) {
  console.error("crashed at its start, as its behaviour says");
  process.exit(1);
}

const port = Number(rest[rest.indexOf("--port") + 1]);
const release = behaviour.answersAs ?? process.env.RELEASE_ID;
const orders = path.join(process.env.UPLOADS_DIR ?? "/tmp", `orders-${port}.log`);
const began = Date.now();
let served = 0;

// A database in trouble hits every release: while this file is there, answers take 300 ms more and 3 % of them fail.
let incident = false;
setInterval(() => (incident = fs.existsSync(path.resolve(process.cwd(), "../../instances/incident"))), 200).unref();

const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://backend");
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json", "x-release": release });
    response.end(JSON.stringify(body));
  };
  if (behaviour.hang) return;
  if (url.pathname === "/health") {
    return answer(behaviour.health ?? 200, { status: behaviour.health ? "degraded" : "ok", release });
  }
  if (behaviour.leak && Date.now() - began > behaviour.leak && served > 50) process.abort();
  served++;
  for (const until = performance.now() + (served <= 30 ? (behaviour.cold ?? 0) : 0); performance.now() < until; );
  // Evenly among the requests, so that a small sample has its share too.
  const fails = behaviour.errors && Math.floor(served * behaviour.errors) > Math.floor((served - 1) * behaviour.errors);
  const delay = Number(url.searchParams.get("ms") ?? 0) + (behaviour.slow ?? 0) + (incident ? 300 : 0);
  const act = () => {
    if (fails || (incident && Math.random() < 0.03)) return answer(500, { error: "as its behaviour says" });
    if (request.method === "POST") fs.appendFileSync(orders, `${url.searchParams.get("id")}\n`);
    answer(200, { release, path: url.pathname });
  };
  request.resume();
  request.on("end", () => (delay > 0 ? setTimeout(act, delay) : act()));
});

setTimeout(() => server.listen(port, "0.0.0.0"), behaviour.starts ?? 0);
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
