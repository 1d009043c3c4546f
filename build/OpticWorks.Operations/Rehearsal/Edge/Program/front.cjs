// The edge: takes a request, chooses a version of the worker that its host belongs to, hands it to that version's workerd.
"use strict";
const http = require("node:http");
const deployments = require("./deployments.cjs");
const { choose } = require("./split.cjs");

const HOP_BY_HOP = ["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"];

const BODILESS = ["GET", "HEAD"];

class Front {
  constructor({ store, runtimes, images, log }) {
    Object.assign(this, { store, runtimes, images, log });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
    this.splits = new Map();
    for (const worker of store.workers.values()) this.#take(worker);
  }

  /** Follows a worker's current deployment, after a delay if one is asked for; versions that answer nothing more end. */
  async follow(name, delay) {
    const deployment = deployments.current(this.store.worker(name) ?? { deployments: [] });
    await Promise.all((deployment?.versions ?? []).map(({ version_id }) => this.runtimes.get(name, version_id).ready));
    const take = () => {
      this.#take(this.store.worker(name), name);
      void this.runtimes.retire(this.#needed());
    };
    if (delay > 0) setTimeout(take, delay).unref();
    else take();
  }

  #take(worker, name = worker.name) {
    const deployment = worker && deployments.current(worker);
    if (deployment) this.splits.set(name, deployments.split(deployment, (id) => this.store.version(id)));
    else this.splits.delete(name);
  }

  /** Deployed versions, and each worker's latest, which is about to be deployed. */
  #needed() {
    return new Set([
      ...[...this.splits.values()].flatMap((versions) => versions.map(({ version_id }) => version_id)),
      ...[...this.store.workers.values()].map((worker) => worker.versions.at(-1)),
    ]);
  }

  /** By custom domain or route; NAME.localhost; else the worker that was deployed here first. */
  #worker(host) {
    const hostname = host.replace(/:\d+$/, "");
    const workers = [...this.store.workers.values()].filter(({ name }) => this.splits.has(name));
    const routed = workers.find(({ name, domains, routes }) => hostname === `${name}.localhost`
      || domains.some((domain) => domain.hostname === hostname)
      || routes.some(({ pattern, custom_domain }) => custom_domain ? pattern === hostname : matches(pattern.split("/")[0], hostname)));
    return (routed ?? workers.sort((one, other) => (one.created_on < other.created_on ? -1 : 1))[0])?.name;
  }

  async handle(request, response) {
    const began = performance.now();
    const path = request.url.split("?")[0];
    const worker = this.#worker(request.headers.host ?? "");
    const chosen = worker && choose(worker, this.splits.get(worker), request.headers, Math.random());
    const note = (status, more) => this.log("request", {
      worker, version: chosen?.version, by: chosen?.by, method: request.method, path, status, ms: Math.round((performance.now() - began) * 10) / 10, ...more,
    });
    if (this.images.deliver(request, response, note)) return;
    if (!chosen) return refuse(response, 404, "No version of a Worker is deployed here.", note);
    const runtime = this.runtimes.get(worker, chosen.version);
    runtime.inFlight++;
    try {
      await runtime.ready;
      await this.#pass(request, response, runtime, note);
    } catch (error) {
      // A workerd that has gone is started again by the next request.
      if (error.code === "ECONNREFUSED") void this.runtimes.end(chosen.version);
      if (response.headersSent) response.destroy();
      else refuse(response, 502, `The Worker's version does not answer: ${error.message}`, note);
    } finally {
      runtime.inFlight--;
    }
  }

  #pass(request, response, { url }, note) {
    return new Promise((resolve, reject) => {
      const onward = http.request({
        host: url.hostname, port: url.port, method: request.method, path: request.url, agent: this.agent,
        headers: [...endToEnd(request.rawHeaders), "MF-Disable-Pretty-Error", "true"],
      });
      onward.on("response", (answer) => {
        // Before the first byte goes on, so that who has the answer finds its line.
        note(answer.statusCode);
        response.writeHead(answer.statusCode, answer.statusMessage, endToEnd(answer.rawHeaders));
        answer.pipe(response);
        answer.on("error", reject);
        answer.on("end", resolve);
      });
      onward.on("error", (error) => {
        // workerd may close a connection just as it is used again; what has no body can be asked once more.
        const again = onward.reusedSocket && error.code === "ECONNRESET" && !response.headersSent && BODILESS.includes(request.method);
        if (again) this.#pass(request, response, { url }, note).then(resolve, reject);
        else reject(error);
      });
      response.on("close", () => {
        if (!response.writableFinished) onward.destroy();
        resolve();
      });
      request.pipe(onward);
    });
  }
}

function refuse(response, status, text, note) {
  note(status, { error: text });
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}

/** The headers that are for the other end, in their order and spelling. */
function endToEnd(raw) {
  const kept = [];
  for (let index = 0; index < raw.length; index += 2) {
    if (!HOP_BY_HOP.includes(raw[index].toLowerCase())) kept.push(raw[index], raw[index + 1]);
  }
  return kept;
}

function matches(pattern, hostname) {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`).test(hostname);
}

module.exports = { Front };
