import { findUncommented } from './gaps.js';
import { isCaught } from './promise-chains.js';

/** @typedef {import('magic-string').default} MagicString */

/**
 * Writes every chain as `_defer(operation, p => p.then(...), onError)`. The closing parenthesis of the chain stays last
 * and closes the call of the helper, so that the chain can still be moved as one range.
 * @param {MagicString} edits
 * @param {import('./parse.js').Source} source
 * @param {import('./promise-chains.js').Chain[]} chains outer ones first
 * @param {import('./helper-names.js').HelperNames} names
 */
export function editChains(edits, source, chains, { defer, promise }) {
  const pipe = `, ${promise} => ${promise}`;
  for (const chain of chains) {
    openHelper(edits, source, chain, defer);
    if (isCaught(chain)) editCaught(edits, chain, pipe);
    else editPlain(edits, chain, pipe);
  }
}

/** Parentheses around parts of the chain would end up around halves of arguments. */
function openHelper(edits, source, { root, operation, links }, defer) {
  edits.remove(root.start, operation.start);
  edits.appendRight(operation.start, `${defer}(`);

  let before = operation;
  for (const link of links) {
    for (const at of findUncommented(source, ')', before.end, link.callee.property.start)) edits.remove(at, at + 1);
    before = link;
  }
}

/** `op.then(a)` becomes `_defer(op, p => p.then(a))`. */
function editPlain(edits, { root, operation }, pipe) {
  edits.appendLeft(operation.end, pipe);
  edits.prependRight(root.end - 1, ')');
}

/** `op.catch(e)` becomes `_defer(op, undefined, e)`, `op.catch(e).then(a)` `_defer(op, p => p.then(a), e)`. */
function editCaught(edits, { root, operation, links }, pipe) {
  const [caught] = links;
  const [handler] = caught.arguments;
  const isWhole = caught === root;
  const end = isWhole ? root.end - 1 : caught.end;

  if (!handler) {
    edits.remove(operation.end, end);
    if (!isWhole) editPlain(edits, { root, operation }, pipe);
    return;
  }

  edits.remove(operation.end, handler.start);
  edits.remove(handler.end, end);
  if (handler.type === 'SequenceExpression') {
    edits.prependRight(handler.start, '(');
    edits.appendLeft(handler.end, ')');
  }
  if (isWhole) {
    edits.appendLeft(operation.end, ', undefined, ');
  } else {
    edits.appendLeft(operation.end, pipe);
    edits.prependRight(handler.start, '), ');
    edits.move(handler.start, handler.end, root.end - 1);
  }
}
