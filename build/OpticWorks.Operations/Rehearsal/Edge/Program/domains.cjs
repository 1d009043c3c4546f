// Host names that lead to a worker (custom domains). Every host name is a zone of this account, and leads to one worker.
"use strict";
const { createHash } = require("node:crypto");
const { refusals } = require("./answers.cjs");

/** Every domain of every worker, as Cloudflare lists them. */
function all(store) {
  return [...store.workers.values()].flatMap(({ name, domains }) => domains.map(({ hostname }) => ({
    id: createHash("sha256").update(hostname).digest("hex").slice(0, 32), hostname, service: name, environment: "production", zone_id: "local", zone_name: hostname,
  })));
}

function attach(store, { hostname, service }) {
  if (!hostname || !service) throw refusals.invalid("A domain needs hostname and service.");
  if (!store.worker(service)) throw refusals.noWorker();
  drop(store, hostname);
  const worker = structuredClone(store.worker(service));
  worker.domains.push({ hostname });
  store.save(worker);
  return all(store).find((domain) => domain.hostname === hostname);
}

function detach(store, id) {
  const found = all(store).find((domain) => domain.id === id);
  if (!found) throw refusals.noDomain(id);
  drop(store, found.hostname);
}

function drop(store, hostname) {
  for (const worker of [...store.workers.values()].filter(({ domains }) => domains.some((domain) => domain.hostname === hostname)))
    store.save({ ...structuredClone(worker), domains: worker.domains.filter((domain) => domain.hostname !== hostname) });
}

module.exports = { all, attach, detach };
