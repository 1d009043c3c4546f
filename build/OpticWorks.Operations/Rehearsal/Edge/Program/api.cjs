// The part of Cloudflare's API that the pinned wrangler and the release suite use, below /client/v4.
"use strict";
const { timingSafeEqual } = require("node:crypto");
const { Refusal, failure, refusals, send, success } = require("./answers.cjs");
const deployments = require("./deployments.cjs");
const domains = require("./domains.cjs");
const shapes = require("./shapes.cjs");

const BASE = "/client/v4";
const MOST_LISTED = 100;
const MOST_DEPLOYMENTS = 10;
const BODY_LIMIT = 512 * 1024 * 1024;

class Api {
  /** @param follow called with a worker after its deployment has changed; the result is awaited before the answer */
  constructor({ account, token, store, uploads, runtimes, images, faults, follow, log }) {
    Object.assign(this, { account, token, store, uploads, runtimes, images, faults, follow, log });
    this.turn = Promise.resolve();
    this.version = (id) => store.version(id);
    this.routes = this.#routes();
  }

  async handle(request, response) {
    const began = performance.now();
    const url = new URL(request.url, "http://localhost");
    const path = url.pathname.startsWith(`${BASE}/`) ? url.pathname.slice(BASE.length) : url.pathname;
    let status;
    try {
      const body = await bodyOf(request);
      const fault = this.faults?.meet(request.method, path, request.headers["user-agent"]);
      if (fault?.late) await new Promise((resolve) => setTimeout(resolve, fault.late));
      const failed = fault?.status !== undefined || fault?.hang;
      if (failed && !fault.act) {
        status = this.#fail(fault, response);
        return;
      }
      const call = { method: request.method, path, query: url.searchParams, headers: request.headers, body, fault };
      const answer = fault?.skip ? { result: fault.result ?? null } : await this.#answer(call);
      status = failed ? this.#fail(fault, response) : answer.status ?? 200;
      if (!failed && answer.empty) response.writeHead(status).end();
      else if (!failed) send(response, status, success(fault?.result ?? answer.result, answer.more));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 10013, `The local edge failed: ${error.stack}`);
      status = refusal.status;
      send(response, status, failure(refusal));
    } finally {
      this.log("api", { method: request.method, path, status, ms: Math.round(performance.now() - began) });
    }
  }

  #fail({ hang, status, code, message }, response) {
    if (hang) return "hang";
    send(response, status, failure({ code: code ?? 0, message: message ?? `Injected ${status}` }));
    return status;
  }

  async #answer(call) {
    for (const [method, pattern, act, free] of this.routes) {
      const match = method === call.method && pattern.exec(call.path);
      if (!match) continue;
      if (!free) this.#authorize(call, match.groups?.account);
      const run = async () => act({ ...call, ...match.groups });
      if (method === "GET" || free) return run();
      // One change after the other: a version's number and a worker's record follow from the change before.
      const result = this.turn.then(run);
      this.turn = result.catch(() => {});
      return result;
    }
    throw refusals.noRoute(call.path);
  }

  #authorize({ headers }, account) {
    const given = Buffer.from(/^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "");
    const right = Buffer.from(this.token);
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw refusals.authentication();
    if (account !== undefined && account !== this.account) throw refusals.authentication();
  }

  #worker({ name }, refusal = refusals.noWorker) {
    const worker = this.store.worker(name);
    if (!worker) throw refusal();
    // A copy: a change that fails half-way leaves the record as it was.
    return structuredClone(worker);
  }

  #save(worker, result) {
    this.store.save(worker);
    return { result };
  }

  async #deployed(worker, result, fault) {
    this.store.save(worker);
    await this.follow(worker.name, fault?.lag ?? 0);
    return { result };
  }

  #routes() {
    const path = (pattern) => new RegExp(`^${pattern.replace(":account", "(?<account>[^/]+)").replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`);
    const script = "/accounts/:account/workers/scripts/:name";
    const list = (result) => ({ result, more: { result_info: { page: 1, per_page: 100, count: result.length, total_count: result.length, total_pages: 1 } } });
    const user = { id: "local", email: "local@localhost" };
    const account = { id: this.account, name: "local" };
    const get = (pattern, act) => ["GET", path(pattern), act];
    const change = (method, pattern, act) => [method, path(pattern), act];
    return [
      get("/user", () => ({ result: user })),
      get("/user/tokens/verify", () => ({ result: { id: "local", status: "active" } })),
      get("/accounts", () => list([account])),
      get("/memberships", () => list([{ id: "local", account }])),
      get("/zones", ({ query }) => list([{ id: "local", name: query.get("name") ?? "localhost", account }])),
      get("/zones/:zone/workers/routes", () => list([...this.store.workers.values()]
        .flatMap((worker) => worker.routes.map(({ pattern }) => ({ id: pattern, pattern, script: worker.name }))))),
      get("/accounts/:account/workers/subdomain", () => ({ result: { subdomain: "local" } })),
      get("/accounts/:account/workers/scripts", () => list([...this.store.workers.values()].map((worker) => shapes.service(worker).default_environment.script))),
      get("/accounts/:account/workers/services/:name", (call) => ({ result: shapes.service(this.#worker(call, refusals.noService)) })),
      get("/accounts/:account/workers/workers/:name", (call) => {
        const worker = this.#worker(call);
        return { result: { id: worker.tag, name: worker.name, tags: worker.settings.tags, subdomain: worker.subdomain, observability: worker.settings.observability } };
      }),
      ["POST", path("/accounts/:account/workers/assets/upload"), ({ headers, body }) => {
        const result = this.uploads.receive(headers.authorization, { headers, body });
        return { result, status: result.jwt ? 201 : 202 };
      }, true],
      change("POST", `${script}/assets-upload-session`, ({ name, body }) => ({ result: this.uploads.open(name, json(body)) })),

      change("PUT", script, (call) => this.#put(call)),
      change("DELETE", script, async (call) => {
        const worker = this.#worker(call);
        this.store.remove(worker.name);
        await this.follow(worker.name, 0);
        return { result: null };
      }),
      change("POST", `${script}/versions`, async (call) => ({ result: shapes.version(await this.uploads.create(this.#worker(call), call)) })),
      get(`${script}/versions`, (call) => {
        const items = this.#worker(call).versions.map(this.version).reverse().slice(0, MOST_LISTED).map(shapes.version);
        return { ...list(items), result: { items } };
      }),
      get(`${script}/versions/:id`, (call) => {
        if (!this.#worker(call).versions.includes(call.id)) throw refusals.noVersion(call.id);
        return { result: shapes.version(this.version(call.id)) };
      }),
      get(`${script}/deployments`, (call) => ({ result: { deployments: this.#worker(call).deployments.slice(0, MOST_DEPLOYMENTS) } })),
      get(`${script}/deployments/:id`, (call) => {
        const found = this.#worker(call).deployments.find(({ id }) => id === call.id);
        if (!found) throw refusals.invalid(`Deployment ${call.id} does not exist.`);
        return { result: found };
      }),
      change("POST", `${script}/deployments`, (call) => {
        const worker = this.#worker(call);
        const asked = json(call.body);
        const deployment = deployments.deploy(worker, { ...asked, versions: call.fault?.split ?? asked.versions },
          { force: call.query.get("force") === "true", version: this.version });
        return this.#deployed(worker, deployment, call.fault);
      }),

      get(`${script}/secrets`, (call) => {
        const latest = this.store.latest(this.#worker(call));
        return { result: latest ? [...deployments.secretsOf(latest).keys()].map((name) => ({ name, type: "secret_text" })) : [] };
      }),
      change("PUT", `${script}/secrets`, (call) => {
        const { name, text } = json(call.body);
        return this.#setSecrets(call, { [name]: text }, { name, type: "secret_text" });
      }),
      change("DELETE", `${script}/secrets/:secret`, (call) => {
        const secret = decodeURIComponent(call.secret);
        if (!deployments.secretsOf(this.store.latest(this.#worker(call))).has(secret)) throw refusals.noSecret(secret);
        return this.#setSecrets(call, { [secret]: null }, null);
      }),
      change("PATCH", `${script}/secrets-bulk`, (call) => {
        const { secrets } = json(call.body);
        return this.#setSecrets(call, Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value?.text ?? null])), {});
      }),
      change("PATCH", "/accounts/:account/workers/workers/:name/versions/latest", async (call) => {
        const worker = this.#worker(call);
        if (!worker.versions.length) throw refusals.noVersions();
        const { env = {}, annotations } = json(call.body);
        const secrets = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.text ?? null]));
        return { result: shapes.version(await this.uploads.withSecrets(worker, secrets, annotations)) };
      }),

      get(`${script}/settings`, (call) => {
        const worker = this.#worker(call);
        return { result: shapes.settings(worker, this.store.latest(worker)) };
      }),
      get(`${script}/script-settings`, (call) => ({ result: this.#worker(call).settings })),
      change("PATCH", `${script}/script-settings`, (call) => {
        const worker = this.#worker(call);
        Object.assign(worker.settings, json(call.body));
        return this.#save(worker, worker.settings);
      }),
      get(`${script}/subdomain`, (call) => ({ result: this.#worker(call).subdomain })),
      change("POST", `${script}/subdomain`, (call) => {
        const worker = this.#worker(call);
        Object.assign(worker.subdomain, json(call.body));
        return this.#save(worker, worker.subdomain);
      }),
      get(`${script}/schedules`, (call) => ({ result: { schedules: this.#worker(call).schedules } })),
      change("PUT", `${script}/schedules`, (call) => {
        const worker = this.#worker(call);
        const now = new Date().toISOString();
        worker.schedules = json(call.body).map(({ cron }) => ({ cron, created_on: now, modified_on: now }));
        return this.#save(worker, { schedules: worker.schedules });
      }),
      get(`${script}/routes`, (call) => ({ result: this.#worker(call).routes })),
      change("PUT", `${script}/routes`, (call) => {
        const worker = this.#worker(call);
        worker.routes = json(call.body);
        return this.#save(worker, worker.routes.map(({ pattern }) => pattern));
      }),
      get("/accounts/:account/workers/domains", ({ query }) => list(domains.all(this.store)
        .filter(({ service, hostname }) => [null, service].includes(query.get("service")) && [null, hostname].includes(query.get("hostname"))))),
      change("PUT", "/accounts/:account/workers/domains", ({ body }) => ({ result: domains.attach(this.store, json(body)) })),
      // Cloudflare's description knows no body of this answer.
      change("DELETE", "/accounts/:account/workers/domains/:id", ({ id }) => {
        domains.detach(this.store, id);
        return { empty: true };
      }),
      change("POST", `${script}/domains/changeset`, (call) => {
        const known = new Set(this.#worker(call).domains.map(({ hostname }) => hostname));
        return { result: { added: json(call.body).filter(({ hostname }) => !known.has(hostname)), removed: [], updated: [], conflicting: [] } };
      }),
      change("PUT", `${script}/domains/records`, (call) => {
        const worker = this.#worker(call);
        worker.domains = json(call.body).origins;
        return this.#save(worker, worker.domains);
      }),

      change("POST", "/accounts/:account/images/v1", (call) => ({ result: this.images.upload(call) })),
      get("/accounts/:account/images/v2", ({ query }) => ({ result: this.images.list(query) })),
      get("/accounts/:account/images/v1/:id", ({ id }) => ({ result: this.images.get(decodeURIComponent(id)) })),
      change("DELETE", "/accounts/:account/images/v1/:id", ({ id }) => ({ result: this.images.remove(decodeURIComponent(id)) })),
    ];
  }

  /** `wrangler deploy`: a version that answers everything at once, whatever was deployed. */
  async #put(call) {
    const worker = this.store.worker(call.name) ? this.#worker(call) : this.store.newWorker(call.name);
    const version = await this.uploads.create(worker, call);
    deployments.record(worker, [{ version_id: version.id, percentage: 100 }], { "workers/triggered_by": "upload" });
    const { result } = await this.#deployed(worker, {
      ...shapes.service(worker).default_environment.script, id: worker.name, etag: version.etag,
      // wrangler reads the version's id here, without its hyphens.
      deployment_id: version.id.replaceAll("-", ""), startup_time_ms: version.startup_time_ms, entry_point: version.main_module,
    }, call.fault);
    return { result };
  }

  async #setSecrets(call, secrets, result) {
    const worker = this.#worker(call);
    deployments.requireLatestDeployed(worker);
    const version = await this.uploads.withSecrets(worker, secrets, {});
    deployments.record(worker, [{ version_id: version.id, percentage: 100 }], { "workers/triggered_by": "secret" });
    return this.#deployed(worker, result, call.fault);
  }
}

function json(body) {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw refusals.invalid("The body is no JSON.");
  }
}

async function bodyOf(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > BODY_LIMIT) throw new Refusal(413, 10013, `The body is longer than ${BODY_LIMIT} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

module.exports = { Api, BASE };
