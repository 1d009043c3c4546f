// Parses SQL with PostgreSQL's own parser (libpg-query). Standard input: a JSON array of texts. Standard output: for each text
// {"statements":[{"text","node","inBlock"}],"error":{"message","position"}}; node is the parser's tree of one statement, as
// libpg_query writes it. The statements of a DO block follow the block's own; its dynamic ones stay unread: "dynamic": true.
const { readFileSync } = require("node:fs");

if (process.argv[2] === "--version") {
  process.stdout.write(require("libpg-query/package.json").version + "\n");
  process.exit(0);
}

const parser = require("libpg-query");

function parse(text) {
  // The parser counts bytes of UTF-8.
  const bytes = Buffer.from(text, "utf8");
  return parser.parseSync(text).stmts.map(({ stmt, stmt_location: at = 0, stmt_len: length = 0 }) => ({
    text: bytes.subarray(at, length === 0 ? bytes.length : at + length).toString("utf8").trim(),
    node: stmt,
  }));
}

// Pieces between semicolons that are in no quotes.
function pieces(body) {
  const found = [];
  let piece = "";
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|;|[^;'"$/-]+|[\s\S]/g;
  for (const [text] of body.matchAll(token)) {
    if (text === ";") {
      found.push(piece);
      piece = "";
    } else if (!text.startsWith("--") && !text.startsWith("/*")) {
      piece += text;
    }
  }

  return [...found, piece];
}

// PL/pgSQL before a statement: BEGIN, IF … THEN, LOOP, … are no SQL; what stands after the last of them may be.
const control = /^[\s\S]*?\b(?:begin|then|else|loop)\b(?![\s\S]*\b(?:begin|then|else|loop)\b)/i;

function block(body) {
  const statements = [];
  let dynamic = false;
  for (const piece of pieces(body)) {
    dynamic ||= /\bexecute\b/i.test(piece.replace(/'(?:[^']|'')*'/g, ""));
    for (const text of new Set([piece, piece.replace(control, "")])) {
      if (text.trim() === "") continue;
      try {
        // BEGIN and END of the block itself read as transaction control.
        const found = parse(text).filter(({ node }) => node.TransactionStmt === undefined);
        statements.push(...found.map((statement) => ({ ...statement, inBlock: true })));
        break;
      } catch {
        // Not SQL by itself.
      }
    }
  }

  return { statements, dynamic };
}

function read(text) {
  if (text.trim() === "") return { statements: [] };
  try {
    const statements = [];
    for (const statement of parse(text)) {
      statements.push(statement);
      const body = statement.node.DoStmt?.args?.find(({ DefElem }) => DefElem?.defname === "as")?.DefElem.arg?.String?.sval;
      if (body !== undefined) {
        const inside = block(body);
        statement.dynamic = inside.dynamic;
        statements.push(...inside.statements);
      }
    }

    return { statements };
  } catch (error) {
    return { statements: [], error: { message: error.message, position: error.sqlDetails?.cursorPosition ?? 0 } };
  }
}

parser.loadModule().then(() => process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read))));
