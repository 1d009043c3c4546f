// Which version answers a request. Pure: no clock, no disk, no network.
"use strict";
const { createHash } = require("node:crypto");

/** A number in [0, 100) that a key always gets, for one worker. */
function place(worker, key) {
  return (createHash("sha256").update(`${worker}\n${key}`).digest().readUIntBE(0, 6) / 2 ** 48) * 100;
}

/**
 * The version at a place of a split. The oldest version has the lowest places, so that a key which has moved to the newest
 * one stays there while its percentage grows.
 * @param {{version_id: string, percentage: number, number: number}[]} versions
 */
function at(versions, where) {
  const ordered = [...versions].sort((one, other) => one.number - other.number);
  let end = 0;
  for (const version of ordered) {
    end += version.percentage;
    if (where < end) return version;
  }
  return ordered.findLast((version) => version.percentage > 0);
}

/** The version that the header `worker="id", other="id"` (RFC 8941 dictionary of strings) names for a worker. */
function overridden(header, worker) {
  for (const [, name, id] of (header ?? "").matchAll(/(?:^|,)\s*([\w.*-]+)\s*=\s*"([^"]*)"/g)) {
    if (name === worker) return id;
  }
  return undefined;
}

/**
 * @param {number} random in [0, 1), used when the request has no version key
 * @returns {{version: string, by: "override" | "affinity" | "split"} | undefined}
 */
function choose(worker, versions, headers, random) {
  const named = overridden(headers["cloudflare-workers-version-overrides"], worker);
  if (named !== undefined && versions.some((version) => version.version_id === named)) return { version: named, by: "override" };
  const key = headers["cloudflare-workers-version-key"];
  const chosen = at(versions, key ? place(worker, key) : random * 100);
  return chosen && { version: chosen.version_id, by: key ? "affinity" : "split" };
}

module.exports = { at, choose, overridden, place };
