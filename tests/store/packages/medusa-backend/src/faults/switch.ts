import { readFileSync } from "node:fs";
import { NO_FAULTS, parseFaults, type Faults } from "./faults";

const REREAD_MS = 1000;

/** The faults in force: those set by hand, else those of a file that is read again at most once a second. */
export class FaultSwitch {
  private readonly file: string | undefined;
  private readonly now: () => number;
  private posted: Faults | undefined;
  private filed: Faults = NO_FAULTS;
  private readAt = -Infinity;

  constructor(file?: string, now: () => number = Date.now) {
    this.file = file;
    this.now = now;
  }

  current(): Faults {
    return this.posted ?? this.fromFile();
  }

  set(faults: Faults): void {
    this.posted = faults;
  }

  /** Takes back what was set by hand. */
  clear(): void {
    this.posted = undefined;
  }

  private fromFile(): Faults {
    if (this.file && this.now() - this.readAt >= REREAD_MS) {
      this.readAt = this.now();
      this.filed = this.read(this.file);
    }
    return this.filed;
  }

  private read(file: string): Faults {
    try {
      return parseFaults(JSON.parse(readFileSync(file, "utf8")));
    } catch (error) {
      // A file caught half-written leaves the faults as they were.
      return (error as NodeJS.ErrnoException).code === "ENOENT" ? NO_FAULTS : this.filed;
    }
  }
}
