import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

const NOT_CODE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const NAME = String.raw`([\p{ID_Start}$_][\p{ID_Continue}$]*)`;
const KIND = String.raw`(?:function\s*\*?|const|let|var|class|enum|namespace|module)`;
const MODIFIERS = String.raw`(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?`;
const DECLARATION = new RegExp(String.raw`^export\s+${MODIFIERS}${KIND}\s+${NAME}`, 'u');
const STAR_AS = new RegExp(String.raw`^export\s*\*\s*as\s+${NAME}`, 'u');
const LIST = /^export\s*\{([^}]*)\}/;
const STAR = /^export\s*\*\s*from\s*["']([^"']+)["']/;

/**
 * The names that the type declarations of a package export as values.
 * @param {string} root the package's folder
 * @param {{ types?: string, exports?: any }} manifest
 * @returns {Set<string> | undefined} undefined if there are no declarations
 */
export function declaredExports(root, manifest) {
  const names = new Set();
  const seen = new Set();
  const pending = entriesOf(root, manifest);
  while (pending.length > 0) {
    const file = pending.pop();
    if (seen.has(file) || !file.startsWith(root + sep)) continue;
    seen.add(file);
    const found = readDeclarations(readFileSync(file, 'utf8'));
    found.names.forEach(name => names.add(name));
    pending.push(...found.stars.filter(star => star.startsWith('.')).flatMap(star => locate(dirname(file), star)));
  }
  return names.size > 0 ? names : undefined;
}

/** Adaptors keep the declarations of their operations in a file of that name beside the main one. */
function entriesOf(root, { types, exports }) {
  const entry = types ?? exports?.['.']?.types;
  if (typeof entry !== 'string') return [];
  const main = resolve(root, entry);
  const beside = ['adaptor.d.ts', 'Adaptor.d.ts'].map(name => join(dirname(main), name));
  return [main, ...beside].filter(existsSync);
}

function locate(folder, specifier) {
  const base = resolve(folder, specifier.replace(/\.js$/, ''));
  const candidates = [base, `${base}.d.ts`, join(base, 'index.d.ts')];
  return candidates.filter(file => file.endsWith('.d.ts') && existsSync(file)).slice(0, 1);
}

function readDeclarations(text) {
  const names = [];
  const stars = [];
  for (const statement of exportStatements(text.replace(NOT_CODE, ''))) {
    const single = DECLARATION.exec(statement) ?? STAR_AS.exec(statement);
    const list = LIST.exec(statement);
    const star = STAR.exec(statement);
    if (single) names.push(single[1]);
    if (list) names.push(...listedNames(list[1]));
    if (star) stars.push(star[1]);
  }
  return { names, stars };
}

/** What follows each `export` outside of braces: those inside belong to a namespace. */
function exportStatements(code) {
  const statements = [];
  let depth = 0;
  for (const { 0: token, index } of code.matchAll(/[{}]|\bexport\b/g)) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    else if (depth === 0) statements.push(code.slice(index, code.indexOf(';', index) + 1 || undefined));
  }
  return statements;
}

function listedNames(list) {
  const items = list.split(',').map(item => item.trim()).filter(item => item && !item.startsWith('type '));
  return items.map(item => item.split(/\s+as\s+/).at(-1)).filter(name => name !== 'default');
}
