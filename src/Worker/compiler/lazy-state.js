import { CompileError } from './compile-error.js';
import { NamesInScope } from './scopes.js';
import { SKIP, isFunction, isTopLevelObject, walk } from './syntax-tree.js';

/** @typedef {import('./syntax-tree.js').Node} Node */

const PREFIX = 'Lazy State Error: ';
const OUTSIDE_HELP = 'Lazy state ($) only works inside an argument of an operation. '
  + 'Inside a function, use its "state" parameter instead.';

/**
 * @typedef {object} LazyState
 * @property {Node[]} references every `$` to be written as `state`, in the order of the source
 * @property {Set<Node>} wraps every expression to become the body of `state => ...`, in the order of the source
 */

/**
 * Finds the references to lazy state and what has to become a function of state for them. A walk meets a callee before
 * its arguments, so by the time of a reference among the arguments it is known whether the call itself is lazy.
 * @param {import('./parse.js').Source} source
 * @param {Map<Node, Set<string>>} scopes
 * @returns {LazyState}
 */
export function findLazyState(source, scopes) {
  const references = [];
  const landings = new Landings(source);
  const names = new NamesInScope();

  const enter = node => {
    if (isTopLevelObject(node)) return SKIP;
    if (node.type !== 'Program') names.enter(scopes.get(node));
    if (isReference(node) && !names.has('$')) {
      references.push(node);
      landings.land(node);
    }
  };
  const leave = node => {
    if (node.type !== 'Program') names.leave(scopes.get(node));
  };

  walk(source.program, enter, leave);
  refusePausesIn(landings.wraps, source);
  return { references, wraps: landings.wraps };
}

function isReference(node) {
  return node.type === 'Identifier'
    && node.name === '$'
    && node.parent.type === 'MemberExpression'
    && node.parent.object === node;
}

/** Where the way out of a reference ends. Shared ways are walked once, so the whole stays linear. */
class Landings {
  /** @type {Set<Node>} */
  wraps = new Set();
  #landed = new Set();
  /** Calls whose callee holds a reference: part of the lazy expression, not something it is handed to. */
  #lazyCalls = new Set();
  #source;

  constructor(source) {
    this.#source = source;
  }

  /** @param {Node} reference */
  land(reference) {
    let below = reference;
    while (!this.#landed.has(below)) {
      this.#landed.add(below);
      const above = below.parent;
      if (isStatement(above)) return this.#landOnStatement(reference, below, above);
      if (above.type === 'CallExpression' && this.#takes(above, below)) return this.#landOnArgument(below);
      below = above;
    }
  }

  /** Whether the call is handed the piece below; otherwise the call belongs to the lazy expression. */
  #takes(call, below) {
    if (below === call.callee) this.#lazyCalls.add(call);
    return !this.#lazyCalls.has(call);
  }

  #landOnArgument(piece) {
    if (piece.type === 'SpreadElement') throw this.#refuse('cannot spread lazy state', piece);
    if (piece.type === 'ArrowFunctionExpression') this.#checkArrow(piece);
    else this.wraps.add(piece);
  }

  #checkArrow(arrow) {
    if (arrow.params.length !== 1) throw this.#refuse('parent has wrong arity', arrow);
    const [parameter] = arrow.params;
    if (parameter.type === 'Identifier' && parameter.name === 'state') return;
    const written = this.#source.text.slice(parameter.start, parameter.end);
    throw this.#refuse(`parameter "${written}" should be called "state"`, arrow);
  }

  /** `$.run();` and `const v = $.run();` make a function of state; nothing else may stand outside an argument. */
  #landOnStatement(reference, below, above) {
    const value = assignedValue(below, above);
    if (value && this.#lazyCalls.has(value)) this.wraps.add(value);
    else throw this.#outside(reference);
  }

  #outside(reference) {
    for (let node = reference.parent; !isStatement(node); node = node.parent) {
      if (node.type === 'AwaitExpression') return this.#refuse('cannot await lazy state', node);
    }
    return this.#refuse('Must be inside an operation', reference, OUTSIDE_HELP);
  }

  #refuse(message, node, details) {
    return lazyStateError(this.#source, message, node, details);
  }
}

function isStatement(node) {
  return node.type.endsWith('Statement') || node.type.endsWith('Declaration') || node.type === 'VariableDeclarator';
}

function assignedValue(below, above) {
  const isValue = above.type === 'ExpressionStatement' || (above.type === 'VariableDeclarator' && above.init === below);
  if (!isValue) return undefined;
  let value = below;
  while (value.type === 'AssignmentExpression') value = value.right;
  return value.type === 'ChainExpression' ? value.expression : value;
}

/** An `await` or `yield` of the surrounding function cannot move into an arrow function. */
function refusePausesIn(wraps, source) {
  if (wraps.size === 0) return;
  const inWrap = [false];
  const opens = node => wraps.has(node) || isFunction(node);

  const enter = node => {
    if (opens(node)) inWrap.push(wraps.has(node) && !isFunction(node));
    if (!inWrap.at(-1)) return;
    if (node.type === 'AwaitExpression') throw lazyStateError(source, 'cannot await lazy state', node);
    if (node.type === 'YieldExpression') throw lazyStateError(source, 'cannot yield lazy state', node);
  };
  const leave = node => {
    if (opens(node)) inWrap.pop();
  };
  walk(source.program, enter, leave);
}

function lazyStateError(source, message, node, details) {
  const place = source.lines.at(node.start);
  return new CompileError(`${PREFIX}${message} (${place.line}:${place.column})`, place, details);
}
