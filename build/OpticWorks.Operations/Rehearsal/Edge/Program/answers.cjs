// Cloudflare's answers: an envelope round every result, and failures with the codes that wrangler knows.
"use strict";

class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const refusals = {
  authentication: () => new Refusal(403, 10000, "Authentication error"),
  noRoute: (path) => new Refusal(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`),
  noService: () => new Refusal(404, 10090, "This service does not exist on your account."),
  noWorker: () => new Refusal(404, 10007, "This Worker does not exist on your account."),
  noVersion: (id) => new Refusal(404, 10021, `Version ${id} does not exist.`),
  noSecret: (name) => new Refusal(404, 10056, `Secret ${name} does not exist.`),
  invalid: (message) => new Refusal(400, 10021, message),
  latestNotDeployed: () => new Refusal(400, 10215,
    "Secret edit failed. You attempted to modify a secret, but the latest version of your Worker isn't currently deployed."),
  secretsChanged: (names) => new Refusal(400, 10220,
    `Some secrets differ from those of the version that is deployed. The following secrets have changed: ${names.join(", ")}`),
  noVersions: () => new Refusal(404, 10222, "There are no versions of this Worker."),
  image: (status, code, message) => new Refusal(status, code, message),
  noDomain: (id) => new Refusal(404, 100114, `The domain ${id} does not exist.`),
  assets: (message) => new Refusal(400, 10304, message),
};

function send(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

const success = (result, more) => ({ success: true, errors: [], messages: [], result, ...more });

const failure = ({ code, message }) => ({ success: false, errors: [{ code, message }], messages: [], result: null });

module.exports = { Refusal, failure, refusals, send, success };
