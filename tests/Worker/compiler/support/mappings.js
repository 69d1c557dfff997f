import assert from 'node:assert/strict';
import { Lines } from '../../../../src/Worker/compiler/lines.js';
import { TraceMap, decodedMappings } from './packages.js';

/**
 * Checks that every mapping joins equal characters and that no visible one is claimed twice; `$` became `state`.
 * @returns {Set<number>} the offsets in the source that something maps to
 */
export function checkedOrigins(source, { code, map }) {
  const from = new Lines(source);
  const to = new Lines(code);
  const seen = new Set();
  decodedMappings(new TraceMap(map)).forEach((row, i) => row.forEach(([column, , line, originalColumn]) => {
    const here = code[to.starts[i] + column];
    const origin = from.starts[line] + originalColumn;
    const there = source[origin];
    const isKept = here === there || (here === 's' && there === '$');
    assert.ok(isKept, `${i + 1}:${column} ${here} is not ${there}\n${source}`);
    assert.ok(!here.trim() || !seen.has(origin), `two mappings to ${line + 1}:${originalColumn}\n${source}`);
    seen.add(origin);
  }));
  return seen;
}
