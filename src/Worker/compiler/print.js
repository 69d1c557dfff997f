import MagicString from 'magic-string';
import { editChains } from './edit-chains.js';
import { editLazyState } from './edit-lazy-state.js';
import { editOperations } from './edit-operations.js';
import { writeDeferImport } from './imports.js';

/** Separates what is appended from a comment on the last line, and gives it a place behind all of the source. */
const TAIL = '\n\n';

/**
 * Applies what the stages found to the text of the source, inner edits before moves.
 * @param {import('./parse.js').Source} source
 * @param {object} plan what the stages found
 * @returns {MagicString}
 */
export function print(source, { lazyState, chains, helperNames, defaultExport, operations, adaptorImports }) {
  const edits = new MagicString(source.text + TAIL);
  editLazyState(edits, source.text, lazyState);
  editChains(edits, source, chains, helperNames);
  editOperations(edits, source, defaultExport, operations.moved, source.text.length + 1);

  const addsDefer = chains.length > 0 && helperNames.importsDefer;
  if (addsDefer) addDeferImport(edits, source.program, helperNames.defer);
  edits.prepend(adaptorImports);
  removeHashbang(edits, source);
  return edits;
}

/** Behind the imports that open the source, if there are any. */
function addDeferImport(edits, { body }, local) {
  const end = body.findIndex(({ type }) => type !== 'ImportDeclaration');
  const last = end < 0 ? body.at(-1) : body[end - 1];
  if (last) edits.appendLeft(last.end, `\n${writeDeferImport(local)}`);
  else edits.prepend(`${writeDeferImport(local)}\n`);
}

/** It may only stand at the very start, where the imports go. */
function removeHashbang(edits, { text, comments }) {
  if (text.startsWith('#!')) edits.remove(0, comments.get(0));
}
