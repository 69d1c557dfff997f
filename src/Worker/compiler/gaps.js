/**
 * The offsets of a character in a stretch of source that holds no literals, comments not counted.
 * @param {import('./parse.js').Source} source
 * @param {string} character
 * @param {number} start
 * @param {number} end
 * @returns {number[]}
 */
export function findUncommented({ text, comments }, character, start, end) {
  const found = [];
  for (let at = start; at < end; at++) {
    if (comments.has(at)) at = comments.get(at) - 1;
    else if (text[at] === character) found.push(at);
  }
  return found;
}
