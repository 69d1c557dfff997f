/** @typedef {import('magic-string').default} MagicString */

/**
 * Writes `$` as `state`, and the expressions around it as functions of it.
 * @param {MagicString} edits
 * @param {string} text
 * @param {import('./lazy-state.js').LazyState} lazyState
 */
export function editLazyState(edits, text, { references, wraps }) {
  for (const reference of references) edits.update(reference.start, reference.end, 'state');
  for (const body of wraps) {
    // A brace would open a block, a comma would end the arrow function.
    const needsParentheses = text[body.start] === '{' || body.type === 'SequenceExpression';
    edits.appendRight(body.start, needsParentheses ? 'state => (' : 'state => ');
    if (needsParentheses) edits.appendLeft(body.end, ')');
  }
}
