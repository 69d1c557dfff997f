/**
 * @typedef {'success' | 'fail' | 'crash' | 'kill' | 'cancel' | 'exception'} Reason
 * @typedef {{ reason: Reason, error_type: string | null, error_message: string | null }} Outcome
 */

const MAX_MESSAGE_CHARACTERS = 10_000;
/** A refused call, whatever libraries and the runtime made of its error. */
const REFUSED_CALL = /"(?:\w*Error: )?(egress_(?:insecure_scheme|blocked|tls_untrusted|too_large|timeout)): /;

/** @type {Outcome} */
export const SUCCESS = Object.freeze({ reason: 'success', error_type: null, error_message: null });

/**
 * A step that threw has the error's severity; one whose id is among the state's errors failed, even if the entry came
 * from upstream: that is how OpenFn sees it.
 * @param {string} jobId @param {any} error @param {any} state
 * @returns {Outcome}
 */
export function stepOutcome(jobId, error, state) {
  if (error) return errorOutcome(error, error.subtype || error.type || error.name);
  const recorded = state?.errors?.[jobId];
  if (!recorded) return SUCCESS;
  return { reason: 'fail', error_type: refusedCall(recorded) ?? (recorded.subtype || recorded.type || recorded.name || null), error_message: shortened(recorded.message ?? null) };
}

/**
 * @param {any} error @param {string} [type]
 * @returns {Outcome}
 */
export function errorOutcome(error, type = error.type || error.name) {
  return { reason: error.severity ?? 'crash', error_type: refusedCall(error) ?? type ?? 'Error', error_message: shortened(error.message ?? String(error)) };
}

/** @param {any} error */
function refusedCall({ message, details }) {
  try {
    return REFUSED_CALL.exec(JSON.stringify([message, details]))?.[1];
  } catch {
    return undefined;
  }
}

/** @param {any} message */
function shortened(message) {
  return typeof message === 'string' ? message.slice(0, MAX_MESSAGE_CHARACTERS) : message;
}

/**
 * A run fails if a step failed that had no step behind it.
 * @param {{ outcome: Outcome, isLeaf: boolean }[]} ends
 * @returns {Outcome}
 */
export function runOutcome(ends) {
  const fatal = ends.find(end => end.outcome.reason !== 'success' && end.outcome.reason !== 'fail');
  return (fatal ?? ends.find(end => end.isLeaf && end.outcome.reason === 'fail'))?.outcome ?? SUCCESS;
}

/** A fault that ends a run, with the words OpenFn uses for it. */
export class RunFault extends Error {
  /** @param {string} name @param {Reason} severity @param {string} message */
  constructor(name, severity, message) {
    super(message);
    this.name = name;
    this.severity = severity;
  }
}
