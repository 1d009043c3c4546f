// Runs in a release's folder, on the release's own Node: connects with the release's own DATABASE_URL and says what it reached, as one
// line of JSON, or why it did not. Argument: how long it may take, in ms.
const { createRequire } = require("node:module");
const path = require("node:path");

const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n", () => process.exit(0));
const fail = (error) => say({ problem: error.message || error.code || String(error), code: error.code });
const limit = Number(process.argv[2]);
setTimeout(() => fail({ message: `no answer within ${limit} ms`, code: "ETIMEDOUT" }), limit + 1000).unref();

let pg;
try {
  const fromRelease = createRequire(path.join(process.cwd(), "package.json"));
  const insideFramework = createRequire(fromRelease.resolve("@medusajs/framework"));
  pg = insideFramework("pg");
} catch {
  try {
    pg = createRequire(path.join(process.cwd(), "package.json"))("@medusajs/framework/pg");
  } catch (error) {
    say({ unknown: error.message.split("\n")[0] });
  }
}

if (pg) {
  const { Client } = pg.default ?? pg;
  const client = new Client({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: limit, query_timeout: limit });
  client
    .connect()
    .then(() => client.query("select current_database() as name, (select oid::int8 from pg_database where datname = current_database()) as oid, extract(epoch from pg_postmaster_start_time())::text as started"))
    .then(({ rows: [row] }) => say({ name: row.name, oid: Number(row.oid), started: row.started }))
    .catch((error) => fail(error.errors?.[0] ?? error));
}
