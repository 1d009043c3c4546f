// Assets and Worker versions as wrangler uploads them.
"use strict";
const { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } = require("node:crypto");
const { refusals } = require("./answers.cjs");
const { parts } = require("./forms.cjs");
const { MODULE_TYPES, Runtimes } = require("./runtimes.cjs");

const SESSION_LIFE_S = 3600;
const BUCKET_BYTES = 20 * 1024 * 1024;

class Uploads {
  constructor(store, runtimes) {
    this.store = store;
    this.runtimes = runtimes;
    // A session does not outlive the server: wrangler starts another.
    this.key = randomBytes(32);
  }

  /** POST …/assets-upload-session: what of the manifest is not here yet, in buckets; nothing: its token completes the upload. */
  open(worker, { manifest }) {
    if (manifest === null || typeof manifest !== "object") throw refusals.assets("The manifest is missing.");
    for (const [name, entry] of Object.entries(manifest)) {
      if (!name.startsWith("/") || !/^[0-9a-f]{32}$/.test(entry?.hash) || !Number.isSafeInteger(entry?.size))
        throw refusals.assets(`The manifest's entry ${name} is not valid.`);
    }
    const session = this.store.openSession(worker, manifest);
    const missing = this.store.missing({ manifest });
    return { jwt: this.#token(session, missing.length === 0), buckets: this.#buckets(manifest, missing) };
  }

  /** POST …/assets/upload?base64=true: one bucket. Answers the completing token with the last one. */
  receive(authorization, request) {
    const session = this.#session(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "", false);
    const sizes = new Map(Object.values(session.manifest).map(({ hash, size }) => [hash, size]));
    for (const { name: hash, content: text } of formOf(request)) {
      if (!sizes.has(hash)) throw refusals.assets(`${hash} is not in the manifest.`);
      const content = Buffer.from(text.toString("latin1"), "base64");
      if (content.length !== sizes.get(hash)) throw refusals.assets(`${hash} has ${content.length} bytes instead of ${sizes.get(hash)}.`);
      this.store.write(this.store.blob(hash), content);
    }
    return this.store.missing(session).length === 0 ? { jwt: this.#token(session.id, true) } : {};
  }

  /** A new version of a worker from a multipart upload; it has started once in workerd, and is listed, not deployed. */
  async create(worker, request) {
    const form = formOf(request);
    const text = form.find(({ name }) => name === "metadata");
    if (text === undefined) throw refusals.invalid("The metadata part is missing.");
    const metadata = JSON.parse(text.content.toString("utf8"));
    const modules = form.filter(({ name, type }) => name !== "metadata" && type !== "application/source-map");
    for (const { name, type } of modules) {
      if (!MODULE_TYPES[type]) throw refusals.invalid(`Module ${name} has the type ${type}, which the local edge does not run.`);
    }

    if (metadata.main_module === undefined ? modules.length > 0 || !metadata.assets : !modules.some(({ name }) => name === metadata.main_module))
      throw refusals.invalid("The upload has no main module. The local edge runs modules only, no service workers.");
    if (metadata.migrations || metadata.exports) throw refusals.invalid("The local edge keeps no Durable Object migrations.");
    const previous = this.store.latest(worker);
    const session = metadata.assets?.jwt ? this.#session(metadata.assets.jwt, true) : undefined;
    return this.#add(worker, {
      main_module: metadata.main_module,
      compatibility_date: metadata.compatibility_date ?? "2021-11-02",
      compatibility_flags: metadata.compatibility_flags ?? [],
      annotations: { "workers/triggered_by": "upload", ...defined(metadata.annotations) },
      bindings: inherit(metadata, previous),
      assetConfig: session ? metadata.assets.config ?? {} : metadata.keep_assets ? previous?.assetConfig : undefined,
    }, modules, session?.manifest ?? (metadata.keep_assets ? previous?.manifest : undefined), metadata.assets?.config);
  }

  /** The latest version again with other secrets; a null value removes one. */
  withSecrets(worker, secrets, annotations) {
    const previous = this.store.latest(worker);
    const bindings = previous.bindings.filter(({ name }) => !(name in secrets));
    for (const [name, value] of Object.entries(secrets)) {
      if (value !== null) bindings.push({ name, type: "secret_text", text: value });
    }
    const { main_module, compatibility_date, compatibility_flags, assetConfig } = previous;
    return this.#add(worker, {
      main_module, compatibility_date, compatibility_flags, assetConfig, bindings,
      annotations: { "workers/triggered_by": "secret", ...defined(annotations) },
    }, this.store.modules(previous), previous.manifest, { _headers: previous.headers, _redirects: previous.redirects });
  }

  async #add(worker, content, modules, manifest, { _headers, _redirects } = {}) {
    const version = {
      id: randomUUID(),
      number: worker.versions.length + 1,
      created_on: new Date().toISOString(),
      etag: createHash("sha256").update(Buffer.concat(modules.map(({ content: bytes }) => bytes))).digest("hex"),
      ...content,
    };
    const unserved = Runtimes.unserved(worker.name, version);
    if (unserved.length) throw refusals.invalid(`The local edge does not serve these bindings: ${unserved.join(", ")}`);
    const kept = this.store.keep(version, modules, manifest, _headers, _redirects);
    try {
      const { startedAfter } = await this.runtimes.get(worker.name, version.id).ready;
      kept.startup_time_ms = startedAfter;
    } catch (error) {
      this.store.discard(version.id);
      throw refusals.invalid(error.message);
    }
    worker.versions.push(version.id);
    this.store.save(worker);
    return kept;
  }

  #buckets(manifest, missing) {
    const wanted = new Set(missing);
    const buckets = [];
    let room = 0;
    for (const { hash, size } of Object.values(manifest)) {
      if (!wanted.delete(hash)) continue;
      if (size > room) {
        buckets.push([]);
        room = BUCKET_BYTES;
      }
      buckets.at(-1).push(hash);
      room -= size;
    }
    return buckets;
  }

  #token(session, complete) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const body = `${part({ alg: "HS256", typ: "JWT" })}.${part({ session, complete, exp: Math.floor(Date.now() / 1000) + SESSION_LIFE_S })}`;
    return `${body}.${this.#sign(body)}`;
  }

  #session(token, complete) {
    const [head, payload, signature = ""] = token.split(".");
    const right = this.#sign(`${head}.${payload}`);
    if (signature.length !== right.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(right)))
      throw refusals.assets("The token of the asset upload is not valid.");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const session = claims.exp * 1000 > Date.now() ? this.store.session(claims.session) : undefined;
    if (session === undefined) throw refusals.assets("The asset upload has expired.");
    if (complete && !claims.complete) throw refusals.assets("The asset upload is not complete.");
    return { id: claims.session, ...session };
  }

  #sign(text) {
    return createHmac("sha256", this.key).update(text).digest("base64url");
  }
}

/** The upload's bindings, with those that it inherits from the version before. */
function inherit({ bindings = [], keep_bindings = [] }, previous) {
  const result = bindings.map((each) => {
    if (each.type !== "inherit") return each;
    const inherited = previous?.bindings.find(({ name }) => name === (each.old_name ?? each.name));
    if (inherited === undefined) throw refusals.invalid(`The binding ${each.name} cannot be inherited: the version before has none.`);
    return { ...inherited, name: each.name };
  });
  const named = new Set(result.map(({ name }) => name));
  const kept = (previous?.bindings ?? []).filter(({ name, type }) => keep_bindings.includes(type) && !named.has(name));
  return [...result, ...kept];
}

function defined(annotations = {}) {
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== undefined && value !== null));
}

function formOf({ headers, body }) {
  try {
    return parts(headers["content-type"], body);
  } catch (error) {
    throw refusals.invalid(error.message);
  }
}

module.exports = { Uploads };
