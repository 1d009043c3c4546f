import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answers, checkHealth } from "../src/health/health";

const up = async () => "PONG";
const down = async () => {
  throw new Error("connection refused");
};
const frozen = () => new Promise<never>(() => {});

describe("a probe", () => {
  it("passes when it answers", async () => {
    assert.equal(await answers(up, 20), true);
  });

  it("fails when it rejects or throws", async () => {
    assert.equal(await answers(down, 20), false);
    assert.equal(
      await answers(() => {
        throw new Error("not configured");
      }, 20),
      false,
    );
  });

  it("fails at its deadline when nothing answers", async () => {
    const started = performance.now();
    assert.equal(await answers(frozen, 50), false);
    assert.ok(performance.now() - started < 500);
  });
});

describe("health", () => {
  it("has the fields that operations expect", async () => {
    assert.deepEqual(await checkHealth({ database: up, redis: up }, "r-1"), {
      status: "ok",
      database: "connected",
      redis: "connected",
      release: "r-1",
    });
  });

  it("is degraded by either dependency", async () => {
    const withoutDatabase = await checkHealth({ database: down, redis: up }, "r-1");
    assert.equal(withoutDatabase.status, "degraded");
    assert.equal(withoutDatabase.database, "disconnected");

    const withoutRedis = await checkHealth({ database: up, redis: frozen }, "r-1", 20);
    assert.equal(withoutRedis.status, "degraded");
    assert.equal(withoutRedis.redis, "disconnected");
  });

  it("waits for both dependencies at once", async () => {
    const started = performance.now();
    await checkHealth({ database: frozen, redis: frozen }, "r-1", 500);
    assert.ok(performance.now() - started < 950);
  });
});
