// The local edge: node edge.cjs OPTIONS.json. Options: folder, apiPort, port, account, tokenFile, wrangler (the pinned
// one's script), faults (true: tests may ask for faults). Serves until SIGTERM. Output: one JSON line for each fact.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { Api } = require("./api.cjs");
const { Faults } = require("./faults.cjs");
const { Front } = require("./front.cjs");
const { Images } = require("./images.cjs");
const { send } = require("./answers.cjs");
const { Runtimes } = require("./runtimes.cjs");
const { Store } = require("./store.cjs");
const { Uploads } = require("./uploads.cjs");

const KEEP_ALIVE_MS = 75_000;
const LOG_LIMIT = 64 * 1024 * 1024;

const options = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

/** One file a kind of fact; the file before it is kept when it has grown too long. */
function logger(folder) {
  const files = new Map();
  return (kind, fact) => {
    let file = files.get(kind);
    if (!file || file.length > LOG_LIMIT) {
      const name = path.join(folder, `${kind}.log`);
      if (file) {
        fs.closeSync(file.handle);
        fs.renameSync(name, `${name}.1`);
      }
      const handle = fs.openSync(name, "a", 0o600);
      files.set(kind, (file = { handle, length: fs.fstatSync(handle).size }));
    }
    const line = `${JSON.stringify({ time: new Date().toISOString(), ...fact })}\n`;
    file.length += fs.writeSync(file.handle, line);
  };
}

/** Routes of the server itself: who it is, and the faults that tests ask for. */
async function own(request, response, faults) {
  if (request.method === "GET" && request.url === "/") {
    send(response, 200, { folder: options.folder });
    return true;
  }
  if (request.url !== "/faults" || !faults) return false;
  if (request.method === "PUT") {
    const parts = [];
    for await (const part of request) parts.push(part);
    faults.set(JSON.parse(Buffer.concat(parts).toString("utf8")));
  }
  send(response, 200, { faults: faults.rules, calls: faults.calls, agents: faults.agents });
  return true;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function main() {
  const log = logger(options.folder);
  const store = new Store(path.join(options.folder, "state"));
  const runtimes = new Runtimes(options.wrangler, store, log);
  const images = new Images(store, `http://127.0.0.1:${options.port}`);
  const front = new Front({ store, runtimes, images, log });
  const faults = options.faults ? new Faults() : undefined;
  const api = new Api({
    account: options.account, token: fs.readFileSync(options.tokenFile, "utf8").trim(), store, runtimes, images, faults, log,
    uploads: new Uploads(store, runtimes), follow: (name, delay) => front.follow(name, delay),
  });
  const edge = http.createServer((request, response) => void front.handle(request, response));
  const server = http.createServer(async (request, response) => {
    if (!(await own(request, response, faults))) await api.handle(request, response);
  });
  for (const each of [edge, server]) {
    // A test's hanging call and a slow upload are no reason to end a connection.
    each.requestTimeout = 0;
    each.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  await listen(edge, options.port);
  await listen(server, options.apiPort);
  for (const [name, versions] of front.splits) versions.forEach(({ version_id }) => runtimes.get(name, version_id));

  const end = async () => {
    edge.close();
    server.close();
    await runtimes.endAll();
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
