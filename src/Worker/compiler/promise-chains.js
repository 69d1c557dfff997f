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
 * @param {Node} program
 * @param {Set<Node>} wraps
 * @returns {Chain[]}
 */
export function findPromiseChains(program, wraps) {
  const chains = [];
  const pending = [program];

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

/** A parenthesised optional chain, `(op?.(x)).then(f)`. */
function withoutChainExpression(node) {
  return node.type === 'ChainExpression' ? node.expression : node;
}

function isOperation(node) {
  return node.type === 'CallExpression' && OPERATION_CALLEES.has(node.callee.type);
}
