// What was uploaded and deployed, on disk. Every file is written whole and then renamed, so a killed server leaves the state
// before or after a change. Layout of the folder:
//   workers/NAME.json                 deployments, newest first; versions, oldest first; secrets' values are in the versions
//   versions/ID/version.json          metadata and bindings of a version, as uploaded
//   versions/ID/modules/N             its modules, in the order of version.json
//   versions/ID/assets/...            its assets by path, hard links into blobs
//   blobs/HASH                        every asset's content by wrangler's hash
//   sessions/ID.json                  manifests of asset uploads that are going on
"use strict";
const { randomBytes, randomUUID } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

class Store {
  constructor(folder) {
    this.folder = folder;
    this.workers = new Map();
    this.versions = new Map();
    // Sessions end with the server that opened them.
    fs.rmSync(this.at("sessions"), { recursive: true, force: true });
    for (const part of ["workers", "versions", "blobs", "sessions"]) fs.mkdirSync(this.at(part), { recursive: true, mode: 0o700 });
    for (const file of fs.readdirSync(this.at("workers")).filter((name) => name.endsWith(".json"))) {
      const worker = JSON.parse(fs.readFileSync(this.at("workers", file), "utf8"));
      this.workers.set(worker.name, worker);
    }
    const known = new Set([...this.workers.values()].flatMap((worker) => worker.versions));
    // A version that no worker lists was being uploaded when the server was killed.
    for (const id of fs.readdirSync(this.at("versions")).filter((name) => !known.has(name)))
      fs.rmSync(this.at("versions", id), { recursive: true, force: true });
  }

  at(...parts) {
    return path.join(this.folder, ...parts);
  }

  write(file, content) {
    const unfinished = `${file}~${randomBytes(4).toString("hex")}`;
    fs.writeFileSync(unfinished, content, { mode: 0o600 });
    fs.renameSync(unfinished, file);
  }

  worker(name) {
    return this.workers.get(name);
  }

  /** A worker that does not exist yet; kept by the first save. */
  newWorker(name) {
    const now = new Date().toISOString();
    return {
      name, tag: randomBytes(16).toString("hex"), created_on: now, modified_on: now, versions: [], deployments: [],
      schedules: [], routes: [], domains: [], subdomain: { enabled: false, previews_enabled: false }, settings: { tags: [], logpush: false },
    };
  }

  save(worker) {
    worker.modified_on = new Date().toISOString();
    this.write(this.at("workers", `${worker.name}.json`), JSON.stringify(worker, null, 1));
    this.workers.set(worker.name, worker);
  }

  remove(name) {
    const worker = this.workers.get(name);
    this.workers.delete(name);
    fs.rmSync(this.at("workers", `${name}.json`), { force: true });
    for (const id of worker.versions) this.discard(id);
  }

  version(id) {
    if (!/^[0-9a-f-]{36}$/.test(id)) return undefined;
    if (!this.versions.has(id)) {
      const file = this.at("versions", id, "version.json");
      if (!fs.existsSync(file)) return undefined;
      this.versions.set(id, JSON.parse(fs.readFileSync(file, "utf8")));
    }
    return this.versions.get(id);
  }

  latest(worker) {
    return worker.versions.length ? this.version(worker.versions.at(-1)) : undefined;
  }

  /**
   * Keeps a version's files; it counts once its worker lists it and is saved.
   * @param {{name: string, type: string, content: Buffer}[]} modules
   * @param {Record<string, {hash: string, size: number}>} manifest
   */
  keep(version, modules, manifest, headers, redirects) {
    const folder = this.at("versions", version.id);
    fs.mkdirSync(path.join(folder, "modules"), { recursive: true, mode: 0o700 });
    modules.forEach((module, index) => fs.writeFileSync(path.join(folder, "modules", `${index}`), module.content, { mode: 0o600 }));
    const kept = { ...version, modules: modules.map(({ name, type }) => ({ name, type })), manifest, headers, redirects };
    if (manifest) this.#link(path.join(folder, "assets"), kept);
    this.write(path.join(folder, "version.json"), JSON.stringify(kept));
    this.versions.set(version.id, kept);
    return kept;
  }

  /** Removes a version that its worker does not list. */
  discard(id) {
    this.versions.delete(id);
    fs.rmSync(this.at("versions", id), { recursive: true, force: true });
  }

  modules(version) {
    return version.modules.map(({ name, type }, index) => ({
      name, type, content: fs.readFileSync(this.at("versions", version.id, "modules", `${index}`)),
    }));
  }

  assets(version) {
    return version.manifest ? this.at("versions", version.id, "assets") : undefined;
  }

  #link(folder, { manifest, headers, redirects }) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, { hash }] of Object.entries(manifest)) {
      const file = path.join(folder, ...name.split("/").map(decodeURIComponent));
      if (!file.startsWith(folder + path.sep)) throw new Error(`${name} is outside of the assets`);
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      fs.linkSync(this.blob(hash), file);
    }
    if (headers) fs.writeFileSync(path.join(folder, "_headers"), headers);
    if (redirects) fs.writeFileSync(path.join(folder, "_redirects"), redirects);
  }

  blob(hash) {
    if (!/^[0-9a-f]{32}$/.test(hash)) throw new Error(`${hash} is no asset's hash`);
    return this.at("blobs", hash);
  }

  has(hash) {
    return fs.existsSync(this.blob(hash));
  }

  openSession(worker, manifest) {
    const id = randomUUID();
    this.write(this.at("sessions", `${id}.json`), JSON.stringify({ worker, manifest }));
    return id;
  }

  session(id) {
    const file = this.at("sessions", `${id}.json`);
    return /^[0-9a-f-]{36}$/.test(id) && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
  }

  missing({ manifest }) {
    return [...new Set(Object.values(manifest).map(({ hash }) => hash))].filter((hash) => !this.has(hash));
  }
}

module.exports = { Store };
