/** Microseconds since the epoch as text, which is how the protocol writes time. */
export function timestamp() {
  return String(Math.round((performance.timeOrigin + performance.now()) * 1000));
}
