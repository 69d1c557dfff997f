const TEXTS = {
  egress_insecure_scheme: 'Jobs call over https only, unless the operator allows plain connections to the host',
  egress_blocked: 'The address is not one that jobs may call',
  egress_tls_untrusted: 'The destination does not speak TLS with a certificate that is trusted and made out to its name',
  egress_too_large: 'The answer is larger than a job may take',
  egress_timeout: 'The call took longer than a call may take',
};

/** @typedef {keyof typeof TEXTS} EgressCode */

/**
 * A call that job code may not make, or whose answer it may not take (S0-14). One text for all reasons behind a code: who
 * chose the address learns nothing of names, addresses and ports inside. The code is the name as well, and so becomes
 * the type of the step's error.
 */
export class EgressError extends Error {
  /** @param {EgressCode} code */
  constructor(code) {
    super(`${code}: ${TEXTS[code]}`);
    this.name = code;
    this.code = code;
  }
}

/** The refusal behind an error that a library made of it. @param {any} error @returns {EgressError | undefined} */
export function refusalBehind(error) {
  for (let depth = 0; depth < 5 && error; depth += 1) {
    if (error instanceof EgressError) return error;
    error = error.cause ?? error.errors?.[0];
  }
  return undefined;
}
