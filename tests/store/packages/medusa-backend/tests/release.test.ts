import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, it } from "node:test";
import { releaseId } from "../src/release/release";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
  mkdirSync(join(folder, "r-1"));
  symlinkSync("r-1", join(folder, "current"));
});

afterEach(() => rmSync(folder, { recursive: true }));

it("is the name given to it", () => {
  assert.equal(releaseId(folder, "r-9"), "r-9");
});

it("is what the release file says", () => {
  writeFileSync(join(folder, "r-1", "release"), "r-2\n");
  assert.equal(releaseId(join(folder, "current"), ""), "r-2");
});

it("is the name of the folder behind the link", () => {
  assert.equal(releaseId(join(folder, "current"), ""), "r-1");
});
