// One workerd for each version that may answer, made by the pinned wrangler's own miniflare, which also brings Cloudflare's
// asset and router workers. A version's runtime never changes: a new deployment cannot disturb requests of another version.
"use strict";
const { createRequire } = require("node:module");

const DRAIN_LIMIT_MS = 30_000;

const MODULE_TYPES = {
  "application/javascript+module": "esm",
  "application/javascript": "cjs",
  "application/wasm": "wasm",
  "application/octet-stream": "data",
  "application/json": "json",
  "text/plain": "text",
};

/** A binding of the upload as miniflare names it; undefined: this edge has no such binding. */
function binding({ type, ...rest }, worker, version) {
  switch (type) {
    case "plain_text":
    case "secret_text":
      return { type: "text", value: rest.text };
    case "json":
      return { type: "json", value: rest.json };
    case "version_metadata":
      return {
        type: "json",
        value: { id: version.id, tag: version.annotations?.["workers/tag"] ?? "", timestamp: version.created_on },
      };
    case "assets":
      return { type: "assets" };
    case "kv_namespace":
      return { type: "kv", id: rest.namespace_id };
    case "r2_bucket":
      return { type: "r2", name: rest.bucket_name };
    case "durable_object_namespace":
      return rest.script_name && rest.script_name !== worker ? undefined : { type: "durable-object", worker, exportName: rest.class_name };
    case "service":
      return rest.service === worker ? { type: "worker", worker } : undefined;
    default:
      return undefined;
  }
}

class Runtimes {
  /** @param {string} wrangler the pinned wrangler's script; its own miniflare is used, whose options change with its version */
  constructor(wrangler, store, log) {
    this.require = createRequire(wrangler);
    this.store = store;
    this.log = log;
    this.running = new Map();
    this.turn = Promise.resolve();
  }

  /** Names of a version's bindings that cannot be served here. */
  static unserved(worker, version) {
    return version.bindings.filter((each) => binding(each, worker, version) === undefined).map(({ name, type }) => `${name} (${type})`);
  }

  /** The running version; starts it when it does not run. Fails with what workerd said. */
  get(worker, id) {
    let runtime = this.running.get(id);
    if (!runtime) {
      runtime = { inFlight: 0, said: [] };
      // One after the other: a start needs a whole core for a second.
      runtime.ready = this.turn.then(() => this.#start(worker, id, runtime));
      this.turn = runtime.ready.catch(() => this.running.delete(id));
      this.running.set(id, runtime);
    }
    return runtime;
  }

  /** Ends what is not in the set, each after its last request. */
  async retire(needed) {
    const gone = [...this.running.keys()].filter((id) => !needed.has(id));
    await Promise.all(gone.map((id) => this.end(id)));
  }

  async end(id) {
    const runtime = this.running.get(id);
    if (!runtime) return;
    this.running.delete(id);
    await runtime.ready.catch(() => {});
    const limit = Date.now() + DRAIN_LIMIT_MS;
    while (runtime.inFlight > 0 && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 20));
    await runtime.miniflare?.dispose().catch((error) => this.log("runtime", { version: id, error: error.message }));
  }

  async endAll() {
    await Promise.all([...this.running.values()].map((runtime) => runtime.miniflare?.dispose().catch(() => {})));
  }

  async #start(worker, id, runtime) {
    const { Miniflare, Log, LogLevel } = this.require("miniflare");
    const began = performance.now();
    const silent = new Log(LogLevel.NONE);
    const heard = (line) => {
      runtime.said.push(line);
      if (runtime.said.length > 40) runtime.said.shift();
      this.log("worker", { worker, version: id, line });
    };
    const miniflare = new Miniflare({
      host: "127.0.0.1", port: 0, log: silent, cf: false, logRequests: false, enableDevRegistry: false,
      handleStructuredLogs: ({ message }) => heard(message),
      resourcePersistencePath: this.store.at("versions", id, "resources"),
      workers: [this.#options(worker, this.store.version(id))],
    });
    try {
      runtime.url = await miniflare.ready;
    } catch (error) {
      await miniflare.dispose().catch(() => {});
      throw new Error(runtime.said.join("\n") || error.message);
    }
    runtime.miniflare = miniflare;
    runtime.startedAfter = Math.round(performance.now() - began);
    return runtime;
  }

  #options(worker, version) {
    const modules = this.store.modules(version).map(({ name, type, content }) => {
      const kind = MODULE_TYPES[type];
      return [name, { type: kind, contents: kind === "wasm" || kind === "data" ? new Uint8Array(content) : content.toString("utf8") }];
    });
    const config = {
      name: worker,
      compatibilityDate: version.compatibility_date,
      compatibilityFlags: version.compatibility_flags,
      env: Object.fromEntries(version.bindings.map((each) => [each.name, binding(each, worker, version)])),
      // An upload of assets alone has no module.
      manifest: version.main_module
        ? { mainModule: version.main_module, modulesRoot: "/", modules: Object.fromEntries(modules) }
        : { mainModule: "none.js", modulesRoot: "/", modules: { "none.js": { type: "esm", contents: "export default {};" } } },
    };
    const classes = version.bindings.filter(({ type }) => type === "durable_object_namespace").map(({ class_name }) => class_name);
    if (classes.length) config.exports = Object.fromEntries(classes.map((name) => [name, { type: "durable-object", storage: "sqlite" }]));
    const directory = this.store.assets(version);
    if (directory) {
      const { html_handling, not_found_handling, base_path, run_worker_first } = version.assetConfig;
      config.assets = {
        directory, hasUserWorker: version.main_module !== undefined, htmlHandling: html_handling, notFoundHandling: not_found_handling, basePath: base_path,
        runWorkerFirst: run_worker_first,
      };
    }
    return { config, dev: { rootPath: this.store.at("versions", version.id), stripCfConnectingIp: false } };
  }
}

module.exports = { MODULE_TYPES, Runtimes };
