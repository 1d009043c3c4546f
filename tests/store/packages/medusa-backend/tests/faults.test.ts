import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { NO_FAULTS, parseFaults } from "../src/faults/faults";
import { FaultSwitch } from "../src/faults/switch";

describe("faults", () => {
  it("are off unless named", () => {
    assert.deepEqual(parseFaults({}), NO_FAULTS);
    assert.deepEqual(parseFaults({ errorRate: 0.05 }), { ...NO_FAULTS, errorRate: 0.05 });
  });

  for (const wrong of [
    null,
    [],
    "crash",
    { error: 1 },
    { errorRate: 5 },
    { latencyMs: -1 },
    { crash: "yes" },
  ]) {
    it(`cannot be ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => parseFaults(wrong));
    });
  }
});

describe("the fault switch", () => {
  let folder: string;
  let file: string;
  let now = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "faults-"));
    file = join(folder, "faults.json");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const faultSwitch = () => new FaultSwitch(file, () => now);

  it("is off without a file", () => {
    assert.deepEqual(new FaultSwitch().current(), NO_FAULTS);
    assert.deepEqual(faultSwitch().current(), NO_FAULTS);
  });

  it("reads its file at most once a second", () => {
    const faults = faultSwitch();
    writeFileSync(file, `{"latencyMs":100}`);
    assert.equal(faults.current().latencyMs, 100);

    writeFileSync(file, `{"latencyMs":200}`);
    now += 999;
    assert.equal(faults.current().latencyMs, 100);
    now += 1;
    assert.equal(faults.current().latencyMs, 200);
  });

  it("keeps its faults over a half-written file and drops them with the file", () => {
    const faults = faultSwitch();
    writeFileSync(file, `{"crash":true}`);
    assert.equal(faults.current().crash, true);

    writeFileSync(file, `{"cra`);
    now += 1000;
    assert.equal(faults.current().crash, true);

    rmSync(file);
    now += 1000;
    assert.equal(faults.current().crash, false);
  });

  it("prefers what was set by hand", () => {
    const faults = faultSwitch();
    writeFileSync(file, `{"errorRate":1}`);
    faults.set({ ...NO_FAULTS, errorRate: 0.5 });
    assert.equal(faults.current().errorRate, 0.5);

    faults.clear();
    assert.equal(faults.current().errorRate, 1);
  });
});
