export interface FilePart {
  readonly name: string;
  readonly bytes: Buffer;
}

const HEADERS_END = '\r\n\r\n';

/** The files of a multipart/form-data body; null for a body of any other type. */
export function parseMultipart(contentType: string, body: Buffer): FilePart[] | null {
  const boundary = /^multipart\/form-data\s*;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return null;
  const separator = Buffer.from(`--${boundary}`);
  const parts: FilePart[] = [];
  let start = body.indexOf(separator);
  while (start >= 0) {
    const next = body.indexOf(separator, start + separator.length);
    if (next < 0) break;
    const part = body.subarray(start + separator.length + 2, next - 2);
    const headersEnd = part.indexOf(HEADERS_END);
    const headers = part.toString('utf8', 0, Math.max(0, headersEnd));
    const name = /filename="([^"]*)"/i.exec(headers)?.[1] ?? /name="([^"]*)"/i.exec(headers)?.[1] ?? '';
    if (headersEnd >= 0) parts.push({ name, bytes: part.subarray(headersEnd + HEADERS_END.length) });
    start = next;
  }
  return parts;
}
