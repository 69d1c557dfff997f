const NEWLINE = 10;

/**
 * Cuts a stream of bytes into lines. A line longer than the limit is a fault of the sender.
 * @param {number} maxBytes
 * @param {(line: Buffer) => void} onLine
 * @param {() => void} onTooLong
 * @returns {(chunk: Buffer) => void}
 */
export function lineReader(maxBytes, onLine, onTooLong) {
  /** @type {Buffer[]} */ let parts = [];
  let held = 0;
  return chunk => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      if (held + piece.length > maxBytes) onTooLong();
      else onLine(held === 0 ? piece : Buffer.concat([...parts, piece]));
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start === chunk.length) return;
    parts.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > maxBytes) onTooLong();
  };
}
