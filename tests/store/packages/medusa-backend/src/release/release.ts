import { readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";

/** The id of the running release: RELEASE_ID, else the file `release`, else the name of the real folder. */
export function releaseId(directory: string = process.cwd(), named = process.env.RELEASE_ID): string {
  return named?.trim() || contents(join(directory, "release")) || basename(realpathSync(directory));
}

function contents(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
