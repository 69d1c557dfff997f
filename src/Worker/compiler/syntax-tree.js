/**
 * @typedef {import('acorn').Node & { parent?: Node, children: Node[], [key: string]: any }} Node
 * An ESTree node with links in both directions, so that no stage has to recurse.
 */

/** Returned by a visitor that does not want to see below a node. */
export const SKIP = Symbol('skip');
const LEAVE = Symbol('leave');
const NOT_CHILDREN = new Set(['type', 'start', 'end', 'parent', 'children']);

/**
 * Gives every node its parent and its children in the order of the source.
 * @param {Node} root
 */
export function linkNodes(root) {
  const pending = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    node.children = childrenOf(node);
    for (const child of node.children) {
      child.parent = node;
      pending.push(child);
    }
  }
}

function childrenOf(node) {
  const children = [];
  for (const key in node) {
    if (NOT_CHILDREN.has(key)) continue;
    const value = node[key];
    const candidates = Array.isArray(value) ? value : [value];
    for (const candidate of candidates) if (isNode(candidate)) children.push(candidate);
  }
  return children;
}

function isNode(value) {
  return typeof value?.type === 'string';
}

/**
 * Depth first, parents before children, on a stack of its own: users decide how long a chain gets.
 * @param {Node} root
 * @param {(node: Node) => unknown} enter may return SKIP, `leave` is then not called for that node
 * @param {(node: Node) => void} [leave]
 */
export function walk(root, enter, leave) {
  const stack = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === LEAVE) {
      leave(stack.pop());
      continue;
    }
    if (enter(node) === SKIP) continue;
    if (leave) stack.push(node, LEAVE);
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]);
  }
}

/** @param {Node} node */
export function isFunction(node) {
  return node.type === 'ArrowFunctionExpression'
    || node.type === 'FunctionExpression'
    || node.type === 'FunctionDeclaration';
}

/**
 * `const table = { ... };` at top level and not exported: every stage passes over such a literal.
 * @param {Node} node
 */
export function isTopLevelObject(node) {
  return node.type === 'ObjectExpression'
    && node.parent.type === 'VariableDeclarator'
    && node.parent.init === node
    && node.parent.parent.parent.type === 'Program';
}

/**
 * The identifiers that a binding pattern declares.
 * @param {Node | null} pattern
 * @returns {Node[]}
 */
export function boundIdentifiers(pattern) {
  const found = [];
  const pending = [pattern];
  while (pending.length > 0) {
    const node = pending.pop();
    if (!node) continue;
    if (node.type === 'Identifier') found.push(node);
    else for (const part of patternParts(node)) pending.push(part);
  }
  return found;
}

function patternParts(node) {
  switch (node.type) {
    case 'ObjectPattern': return node.properties;
    case 'ArrayPattern': return node.elements;
    case 'Property': return [node.value];
    case 'AssignmentPattern': return [node.left];
    case 'RestElement': return [node.argument];
    default: return [];
  }
}
