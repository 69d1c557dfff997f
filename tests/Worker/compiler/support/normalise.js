import { acorn } from './packages.js';

const LAYOUT = new Set(['start', 'end', 'raw']);

/**
 * A module as a tree without layout: no positions, quotes or empty statements, imports and stars sorted in front.
 * @param {string} code
 */
export function normalise(code) {
  const { body } = strip(acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'module' }));
  const head = body.filter(isHead).map(statement => JSON.stringify(statement)).sort();
  return { head, body: body.filter(statement => !isHead(statement)) };
}

function isHead({ type }) {
  return type === 'ImportDeclaration' || type === 'ExportAllDeclaration';
}

function strip(value) {
  if (Array.isArray(value)) return value.filter(item => item?.type !== 'EmptyStatement').map(strip);
  if (typeof value === 'bigint' || value instanceof RegExp) return String(value);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key]) => !LAYOUT.has(key));
  return Object.fromEntries(kept.map(([key, part]) => [key, strip(part)]));
}
