import { NamesInScope } from './scopes.js';
import { boundIdentifiers, walk } from './syntax-tree.js';

/** @typedef {import('./syntax-tree.js').Node} Node */

const set = (/** @type {string} */ words) => new Set(words.trim().split(/\s+/));

/** What a plain job may take from its context: it is frozen, remembers nothing, and leads to nothing else. */
const HARMLESS = set(`
  AggregateError Array BigInt Boolean Buffer Date Error EvalError Infinity JSON Map Math NaN Number Object Promise
  RangeError ReferenceError RegExp Set String Symbol SyntaxError TypeError URIError WeakMap WeakSet arguments
  clearInterval clearTimeout console decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat
  parseInt setInterval setTimeout undefined`);

/** Ways to the global object and to the objects of the language, and to changes of them. */
const REVEALING = set(`
  __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ Atomics FinalizationRegistry Function Intl
  Proxy Reflect SharedArrayBuffer WeakRef WebAssembly constructor defineProperties defineProperty eval global globalThis
  getPrototypeOf prepareStackTrace prototype setPrototypeOf stackTraceLimit`);

/**
 * Whether a job does what nearly all jobs do, and no more: it works on its state with functions of adaptors and of the
 * language. It names nothing by which it could change its context, or tell in which one it runs.
 * @param {Node} program
 * @param {Map<Node, Set<string>>} scopes
 * @param {Node[]} references to lazy state
 * @param {Set<string>} imported names that adaptors give
 */
export function isPlain(program, scopes, references, imported) {
  const lazy = new Set(references);
  const names = new NamesInScope();
  let plain = true;
  const enter = (/** @type {Node} */ node) => {
    names.enter(scopes.get(node));
    const known = () => lazy.has(node) || names.has(node.name) || imported.has(node.name) || HARMLESS.has(node.name);
    plain &&= !reveals(node) && !overwrites(node) && (!isName(node) || known());
  };
  walk(program, enter, node => names.leave(scopes.get(node)));
  return plain;
}

/** @param {Node} node */
function reveals({ type, name, value }) {
  if (type === 'Identifier' || type === 'PrivateIdentifier') return REVEALING.has(name);
  if (type === 'Literal') return REVEALING.has(value);
  return type === 'TemplateElement' ? REVEALING.has(value.cooked) : type === 'MetaProperty' || type === 'ImportExpression';
}

/** Whether it stands for a variable. @param {Node} node */
function isName(node) {
  const { parent } = node;
  if (node.type !== 'Identifier' || !parent || parent.computed) return node.type === 'Identifier';
  if (parent.type === 'MemberExpression') return parent.object === node;
  return parent.key !== node || parent.shorthand;
}

/**
 * Whether it gives a name of the context another meaning, or the name `state`: in a function that has a block with such a
 * declaration it is not known here which of the two is meant.
 * @param {Node} node
 */
function overwrites(node) {
  if (node.type === 'VariableDeclarator' || node.type === 'ClassDeclaration' || node.type === 'FunctionDeclaration') {
    return boundIdentifiers(node.id).some(({ name }) => name === 'state');
  }
  return writtenBy(node).some(({ name }) => HARMLESS.has(name));
}

/** Variables that get a new value. @param {Node} node @returns {Node[]} */
function writtenBy(node) {
  if (node.type === 'UpdateExpression') return boundIdentifiers(node.argument);
  return ['AssignmentExpression', 'ForInStatement', 'ForOfStatement'].includes(node.type) ? boundIdentifiers(node.left) : [];
}
