// Cloudflare Images: what was uploaded, on disk below state/images, and its delivery. Of each image NAME.json (its record, written last: only that makes it)
// and NAME.bin, where NAME is made of its id. There is one variant, "public", and it is the file as uploaded: nothing is scaled or converted.
"use strict";
const { createHash, randomUUID } = require("node:crypto");
const fs = require("node:fs");
const { refusals } = require("./answers.cjs");
const { parts } = require("./forms.cjs");

const DELIVERY = "/cdn-cgi/imagedelivery";
const ACCOUNT_HASH = "local-images";
const LARGEST = 10 * 1024 * 1024;
const LONGEST_ID = 1024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TYPES = ["image/png", "image/gif", "image/jpeg", "image/webp", "image/svg+xml", "image/heic"];

class Images {
  /** @param {string} edge address of the edge, which delivers */
  constructor(store, edge) {
    this.store = store;
    this.edge = edge;
    this.records = new Map();
    fs.mkdirSync(store.at("images"), { recursive: true, mode: 0o700 });
    for (const file of fs.readdirSync(store.at("images")).filter((name) => name.endsWith(".json"))) {
      const record = JSON.parse(fs.readFileSync(store.at("images", file), "utf8"));
      this.records.set(record.id, record);
    }
  }

  upload({ headers, body }) {
    const form = formOf(headers, body);
    const text = (name) => form.find((part) => part.name === name)?.content.toString("utf8");
    const file = form.find(({ name }) => name === "file");
    if (!file) throw refusals.image(400, 5400, "Bad request: a file is missing");
    if (file.content.length > LARGEST) throw refusals.image(413, 5413, "Maximum image size of 10 MB is reached");
    if (!TYPES.includes(file.type)) throw refusals.image(415, 5455, `Uploaded image must have one of these types: ${TYPES.join(", ")}`);
    const id = text("id") ?? randomUUID();
    if (text("id") !== undefined && (id === "" || id.length > LONGEST_ID || UUID.test(id))) throw refusals.image(400, 5411, "The given custom ID is invalid");
    if (this.records.has(id)) throw refusals.image(409, 5409, "Resource already exists");
    const record = {
      id, filename: file.filename ?? "", uploaded: new Date().toISOString(), requireSignedURLs: text("requireSignedURLs") === "true",
      meta: JSON.parse(text("metadata") || "{}"), type: file.type,
    };
    this.store.write(this.#path(id, "bin"), file.content);
    this.store.write(this.#path(id, "json"), JSON.stringify(record));
    this.records.set(id, record);
    return this.#shown(record);
  }

  /** Oldest first; a token stands for the last id of the page before. */
  list(query) {
    const length = Math.min(10_000, Math.max(10, Number(query.get("per_page") ?? 1000)));
    const ids = [...this.records.keys()].sort();
    const after = query.get("continuation_token");
    const page = ids.filter((id) => after === null || id > after).slice(0, length);
    const more = page.length > 0 && page.at(-1) !== ids.at(-1);
    return { images: page.map((id) => this.#shown(this.records.get(id))), ...(more ? { continuation_token: page.at(-1) } : {}) };
  }

  get(id) {
    const record = this.records.get(id);
    if (!record) throw refusals.image(404, 5404, "Image not found");
    return this.#shown(record);
  }

  remove(id) {
    this.get(id);
    fs.rmSync(this.#path(id, "json"), { force: true });
    fs.rmSync(this.#path(id, "bin"), { force: true });
    this.records.delete(id);
    return {};
  }

  /** Answers an address of the delivery; false: it is none. */
  deliver(request, response, note) {
    const path = request.url.split("?")[0];
    if (!path.startsWith(`${DELIVERY}/${ACCOUNT_HASH}/`)) return false;
    const words = path.slice(`${DELIVERY}/${ACCOUNT_HASH}/`.length).split("/").map(decodeURIComponent);
    const record = this.records.get(words.slice(0, -1).join("/"));
    const served = record && words.at(-1) === "public" && !record.requireSignedURLs;
    note(served ? 200 : 404);
    response.writeHead(served ? 200 : 404, { "content-type": served ? record.type : "text/plain; charset=utf-8" });
    response.end(served ? fs.readFileSync(this.#path(record.id, "bin")) : "ERROR 5404: Image not found\n");
    return true;
  }

  #path(id, ending) {
    return this.store.at("images", `${createHash("sha256").update(id).digest("hex")}.${ending}`);
  }

  #shown({ type, ...record }) {
    return { ...record, variants: [`${this.edge}${DELIVERY}/${ACCOUNT_HASH}/${record.id}/public`] };
  }
}

function formOf(headers, body) {
  try {
    return parts(headers["content-type"], body);
  } catch (error) {
    throw refusals.image(415, 5415, `Images must be uploaded as a form: ${error.message}`);
  }
}

module.exports = { Images };
