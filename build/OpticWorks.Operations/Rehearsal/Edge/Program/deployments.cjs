// Which versions of a worker answer, and its secrets. The pure part of the API: it changes the worker's record only.
"use strict";
const { randomUUID } = require("node:crypto");
const { refusals } = require("./answers.cjs");

const MOST_VERSIONS = 2;

/** Percentages may miss 100 by this much, as wrangler allows. */
const SUM_TOLERANCE = 0.001;

const secretsOf = (version) => new Map(version.bindings.filter(({ type }) => type === "secret_text").map(({ name, text }) => [name, text]));

function current(worker) {
  return worker.deployments[0];
}

/** Names of the secrets that differ between an older version and the newest deployed one. */
function changedSecrets(worker, asked, version) {
  const deployed = (current(worker)?.versions ?? []).map(({ version_id }) => version(version_id));
  const newest = deployed.sort((one, other) => one.number - other.number).at(-1);
  const names = new Set();
  for (const id of asked) {
    const target = version(id);
    if (!newest || target.number >= newest.number || deployed.includes(target)) continue;
    const [then, now] = [secretsOf(target), secretsOf(newest)];
    for (const name of new Set([...then.keys(), ...now.keys()])) {
      if (then.get(name) !== now.get(name)) names.add(name);
    }
  }
  return [...names].sort();
}

/** The deployment that a request asks for, checked as Cloudflare checks it. */
function deploy(worker, { strategy = "percentage", versions = [], annotations = {} }, { force, version, triggeredBy = "deployment" }) {
  if (strategy !== "percentage") throw refusals.invalid(`The strategy ${strategy} is unknown.`);
  if (versions.length < 1 || versions.length > MOST_VERSIONS) throw refusals.invalid(`A deployment has 1 to ${MOST_VERSIONS} versions, not ${versions.length}.`);
  for (const { version_id, percentage } of versions) {
    if (!worker.versions.includes(version_id)) throw refusals.noVersion(version_id);
    if (typeof percentage !== "number" || percentage < 0 || percentage > 100) throw refusals.invalid(`${percentage} is no percentage.`);
  }
  if (new Set(versions.map(({ version_id }) => version_id)).size < versions.length) throw refusals.invalid("A version is named twice.");
  const sum = versions.reduce((total, { percentage }) => total + percentage, 0);
  if (Math.abs(sum - 100) > SUM_TOLERANCE) throw refusals.invalid(`The percentages must sum to 100, not ${sum}.`);
  const changed = force ? [] : changedSecrets(worker, versions.map(({ version_id }) => version_id), version);
  if (changed.length) throw refusals.secretsChanged(changed);
  return record(worker, versions, { "workers/triggered_by": triggeredBy, ...annotations });
}

function record(worker, versions, annotations) {
  const deployment = {
    id: randomUUID(), source: "wrangler", strategy: "percentage", author_email: "local@localhost", created_on: new Date().toISOString(),
    annotations, versions: versions.map(({ version_id, percentage }) => ({ version_id, percentage })),
  };
  worker.deployments.unshift(deployment);
  return deployment;
}

/** Secrets may be set only while the latest version alone is deployed: the new version replaces it at once. */
function requireLatestDeployed(worker) {
  const deployed = current(worker)?.versions ?? [];
  if (worker.versions.length && !(deployed.length === 1 && deployed[0].version_id === worker.versions.at(-1))) throw refusals.latestNotDeployed();
}

/** The split that the edge follows: version ids, percentages, and numbers for a stable order. */
function split(deployment, version) {
  return deployment.versions.map((each) => ({ ...each, number: version(each.version_id).number }));
}

module.exports = { changedSecrets, current, deploy, record, requireLatestDeployed, secretsOf, split };
