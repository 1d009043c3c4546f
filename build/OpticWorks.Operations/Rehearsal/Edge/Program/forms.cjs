// multipart/form-data (RFC 7578), with names in quotes as browsers and wrangler write them, or without.
"use strict";

const END_OF_LINE = Buffer.from("\r\n");
const END_OF_HEADERS = Buffer.from("\r\n\r\n");

/**
 * @param {string} contentType of the request
 * @param {Buffer} body
 * @returns {{name: string, filename?: string, type: string, content: Buffer}[]} the parts in their order; type "" when a part has none
 */
function parts(contentType, body) {
  const [, quoted, bare] = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? "") ?? [];
  if (!(quoted ?? bare)) throw new Error("The body is no multipart form.");
  const delimiter = Buffer.from(`\r\n--${quoted ?? bare}`);
  // The first delimiter may be the body's very first bytes.
  const text = Buffer.concat([END_OF_LINE, body]);
  const found = [];
  let at = text.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (text.toString("latin1", start, start + 2) === "--") return found;
    const end = text.indexOf(delimiter, start);
    const headersEnd = text.indexOf(END_OF_HEADERS, start);
    if (end < 0 || headersEnd < 0 || headersEnd > end) break;
    found.push(part(text.toString("utf8", start, headersEnd), text.subarray(headersEnd + END_OF_HEADERS.length, end)));
    at = end;
  }
  throw new Error("The multipart form is not complete.");
}

function part(headers, content) {
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? "";
  const [, quoted, bare] = /[;\s]name=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition) ?? [];
  if (quoted === undefined && bare === undefined) throw new Error("A part of the form has no name.");
  // HTML's encoding of the characters that a quoted name cannot hold.
  const name = (quoted ?? bare).replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  const filename = /[;\s]filename=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition);
  return { name, filename: filename?.[1] ?? filename?.[2], type: /^content-type:\s*([^;\r\n]*)/im.exec(headers)?.[1].trim().toLowerCase() ?? "", content };
}

module.exports = { parts };
