import { CompileError } from './compile-error.js';
import { SKIP, isFunction, isTopLevelObject, walk } from './syntax-tree.js';

/** @typedef {import('./syntax-tree.js').Node} Node */

const LINKS = new Set(['then', 'catch', 'finally']);
const OPERATION_CALLEES = new Set(['Identifier', 'MemberExpression', 'CallExpression']);
const INNER_CODE = new Set(['BlockStatement', 'StaticBlock', 'PropertyDefinition']);

/**
 * @typedef {object} Chain
 * @property {Node} root the whole chain, a call
 * @property {Node} operation the call at its foot
 * @property {Node[]} links the calls of then, catch and finally, first one first
 */

/**
 * Finds the chains to be deferred, outer ones before those inside their operations. What becomes a function of state
 * is ordinary promise code, like any function.
 * @param {import('./parse.js').Source} source
 * @param {Set<Node>} wraps
 * @returns {Chain[]}
 */
export function findPromiseChains(source, wraps) {
  const chains = [];
  const pending = [source.program];

  const enter = node => {
    if (isFunction(node) || INNER_CODE.has(node.type)) return SKIP;
    if (wraps.has(node) || isTopLevelObject(node)) return SKIP;
    if (!isLink(node)) return undefined;

    const chain = readChain(node);
    pending.push(chain.operation);
    if (isOperation(chain.operation)) chains.push(chain);
    else chain.links.forEach(link => link.arguments.forEach(argument => pending.push(argument)));
    return SKIP;
  };

  while (pending.length > 0) walk(pending.pop(), enter);
  for (const chain of chains) refuseAwaits(deferredLinks(chain), source);
  return chains.sort((a, b) => a.root.start - b.root.start || b.root.end - a.root.end);
}

function isLink(node) {
  return node.type === 'CallExpression'
    && node.callee.type === 'MemberExpression'
    && !node.callee.computed
    && LINKS.has(node.callee.property.name)
    && node.callee.property.type === 'Identifier';
}

function readChain(root) {
  const links = [];
  let node = root;
  while (isLink(node)) {
    links.push(node);
    node = withoutChainExpression(node.callee.object);
  }
  return { root, operation: node, links: links.reverse() };
}

/** A `catch` directly behind the operation handles its errors; the links behind it go into a function. */
export function isCaught({ links: [first] }) {
  return first.callee.property.name === 'catch';
}

function deferredLinks(chain) {
  return isCaught(chain) ? chain.links.slice(1) : chain.links;
}

/** What becomes the body of a plain arrow function cannot wait for anything while the module loads. */
function refuseAwaits(links, { lines }) {
  const enter = node => {
    if (isFunction(node)) return SKIP;
    if (node.type !== 'AwaitExpression') return undefined;
    const place = lines.at(node.start);
    const message = `Cannot await inside a promise chain of an operation (${place.line}:${place.column})`;
    throw new CompileError(message, place, 'Await the value in a statement before the operation.');
  };
  links.forEach(link => link.arguments.forEach(argument => walk(argument, enter)));
}

/** A parenthesised optional chain, `(op?.(x)).then(f)`. */
function withoutChainExpression(node) {
  return node.type === 'ChainExpression' ? node.expression : node;
}

function isOperation(node) {
  return node.type === 'CallExpression' && OPERATION_CALLEES.has(node.callee.type);
}
