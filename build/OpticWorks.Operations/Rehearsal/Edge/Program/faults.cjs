// Faults that a test asks for; only with the option "faults". A fault is
//   { method?, path?: regular expression on the path below the API's base, agent?: one on the caller's User-Agent,
//     after?: matching calls that pass first (0),
//     times?: matching calls that it then meets (1), act?: the call takes effect although it looks failed (false),
//     status?: HTTP status with code 0 | code?, message?
//     hang?: true, no answer at all | late?: milliseconds before the call is handled
//     result?: what is answered in place of the call's own result; skip?: true, the call does nothing and is answered with it
//     split?: [{version_id, percentage}], what a deployment becomes instead of what was asked
//     lag?: milliseconds until the edge follows a deployment }
"use strict";

class Faults {
  constructor() {
    this.rules = [];
    this.calls = [];
    this.agents = [];
  }

  set(rules) {
    this.rules = rules.map((rule) => ({ after: 0, times: 1, ...rule, seen: 0 }));
    this.calls = [];
    this.agents = [];
  }

  /** Counts the call and tells the first fault that meets it. */
  meet(method, path, agent = "") {
    this.calls.push(`${method} ${path}`);
    this.agents.push(agent);
    let met;
    for (const rule of this.rules) {
      if (rule.method && rule.method !== method) continue;
      if (rule.path && !new RegExp(rule.path).test(path)) continue;
      if (rule.agent && !new RegExp(rule.agent).test(agent)) continue;
      rule.seen++;
      if (!met && rule.seen > rule.after && rule.seen <= rule.after + rule.times) met = rule;
    }
    return met;
  }
}

module.exports = { Faults };
