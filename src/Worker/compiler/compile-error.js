/** A job source that is refused, with the place in the source: line from 1, column from 0. */
export class CompileError extends Error {
  /**
   * @param {string} message
   * @param {{ line: number, column: number }} place
   * @param {string} [details] what the author of the job can do about it
   */
  constructor(message, { line, column }, details) {
    super(message);
    this.name = 'CompileError';
    this.line = line;
    this.column = column;
    if (details) this.details = details;
  }
}
