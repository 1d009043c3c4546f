// Records as Cloudflare shows them. No value of a secret is in any.
"use strict";

const shownBinding = ({ type, text, ...rest }) => (type === "secret_text" ? { type, ...rest } : { type, ...(text === undefined ? {} : { text }), ...rest });

function version(kept) {
  return {
    id: kept.id,
    number: kept.number,
    metadata: {
      created_on: kept.created_on, modified_on: kept.created_on, source: "wrangler", author_email: "local@localhost",
      author_id: "local", hasPreview: false, has_preview: false,
    },
    annotations: kept.annotations,
    resources: {
      script: { etag: kept.etag, handlers: ["fetch"], last_deployed_from: "wrangler" },
      script_runtime: {
        compatibility_date: kept.compatibility_date, compatibility_flags: kept.compatibility_flags, usage_model: "standard", limits: {},
      },
      bindings: kept.bindings.map(shownBinding),
    },
    startup_time_ms: kept.startup_time_ms ?? 0,
  };
}

function service(worker) {
  const script = {
    id: worker.name, tag: worker.tag, tags: worker.settings.tags, etag: "", handlers: ["fetch"], created_on: worker.created_on,
    modified_on: worker.modified_on, last_deployed_from: "wrangler", compatibility_date: "", usage_model: "standard",
  };
  const environment = { environment: "production", script, created_on: worker.created_on, modified_on: worker.modified_on };
  return { id: worker.name, created_on: worker.created_on, modified_on: worker.modified_on, default_environment: environment, environments: [environment] };
}

function settings(worker, latest) {
  return {
    bindings: (latest?.bindings ?? []).map(shownBinding), compatibility_date: latest?.compatibility_date,
    compatibility_flags: latest?.compatibility_flags ?? [], usage_model: "standard", ...worker.settings,
  };
}

module.exports = { service, settings, version };
