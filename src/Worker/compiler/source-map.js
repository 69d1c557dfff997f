import { SourceMap } from 'magic-string';
import { Lines } from './lines.js';

const UNUSUAL_TERMINATOR = /[\u2028\u2029]|\r(?!\n)/;

/**
 * A source map (v3) in which every kept character has its own mapping: V8 counts columns from 1 and the runtime looks
 * them up as if from 0, which only comes out right when the neighbouring column is mapped as well.
 * @param {import('magic-string').default} edits
 * @param {string} code what the edits amount to
 * @param {string} name
 * @param {import('./parse.js').Source} source
 * @param {import('./operations.js').OperationEntry[]} operations
 */
export function writeMap(edits, code, name, source, operations) {
  const decoded = edits.generateDecodedMap({ hires: true });
  const mappings = UNUSUAL_TERMINATOR.test(source.text) ? recount(decoded.mappings, code, source) : decoded.mappings;
  return {
    version: 3,
    file: `${name}.map.js`,
    sources: [`${name}.js`],
    sourcesContent: [source.text],
    names: [],
    mappings: new SourceMap({ ...decoded, mappings }).mappings,
    operations,
  };
}

/** The editor only knows line feeds; V8 and the parser end a line at other characters too. */
function recount(rows, code, source) {
  const generated = new Lines(code);
  const codeRows = lineFeedStarts(code);
  const sourceRows = lineFeedStarts(source.text);
  const recounted = generated.starts.map(() => []);
  rows.forEach((row, i) => {
    for (const [column, file, originalRow, originalColumn] of row) {
      const to = generated.at(codeRows[i] + column);
      const from = source.lines.at(sourceRows[originalRow] + originalColumn);
      recounted[to.line - 1].push([to.column, file, from.line - 1, from.column]);
    }
  });
  return recounted;
}

function lineFeedStarts(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
