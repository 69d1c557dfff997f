import { NamesInScope } from './scopes.js';
import { SKIP, isTopLevelObject, walk } from './syntax-tree.js';

/** @typedef {import('./syntax-tree.js').Node} Node */

const NEVER_FREE = new Set(['undefined', 'NaN', 'arguments']);
const LAZY_PARAMETERS = ['state'];

/**
 * The names that a program uses and does not declare, in the order of their first use.
 * @param {Node} program
 * @param {Map<Node, Set<string>>} scopes
 * @param {import('./lazy-state.js').LazyState} lazyState
 * @returns {Set<string>}
 */
export function findFreeIdentifiers(program, scopes, { references, wraps }) {
  const free = new Set();
  const names = new NamesInScope();
  const renamed = new Set(references);

  const enter = node => {
    if (isTopLevelObject(node)) return SKIP;
    names.enter(scopes.get(node));
    if (wraps.has(node)) names.enter(LAZY_PARAMETERS);
    if (isUse(node) && !renamed.has(node) && !names.has(node.name)) free.add(node.name);
    return undefined;
  };
  const leave = node => {
    names.leave(scopes.get(node));
    if (wraps.has(node)) names.leave(LAZY_PARAMETERS);
  };

  walk(program, enter, leave);
  return free;
}

function isUse(node) {
  return node.type === 'Identifier' && !NEVER_FREE.has(node.name) && !isJustAName(node, node.parent);
}

/** Identifiers that name a place in something else. `a[fn]` and `{ fn: fn }` count as such: jobs rely on it. */
function isJustAName(node, parent) {
  switch (parent.type) {
    case 'MemberExpression':
      return parent.property === node;
    case 'Property':
      return isKeyed(parent, node.name);
    case 'AssignmentPattern':
      return parent.left === node && parent.parent.type === 'Property' && isKeyed(parent.parent, node.name);
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node && !parent.computed;
    case 'ImportSpecifier':
    case 'ExportSpecifier':
    case 'ExportAllDeclaration':
    case 'ImportAttribute':
    case 'MetaProperty':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    case 'LabeledStatement':
      return parent.label === node;
    default:
      return false;
  }
}

function isKeyed(property, name) {
  return property.key.type === 'Identifier' && property.key.name === name;
}
