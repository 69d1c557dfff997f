// The final state of the run, whichever way led here.
fn(({ received, refused, stored = [], rejected = [], reportedAs }) => ({
  received,
  stored: { patients: stored.length, observations: stored.reduce((sum, { events }) => sum + events, 0) },
  refused: [...refused, ...rejected],
  reportedAs,
}));

fn(state => {
  console.log(`Done: ${state.stored.patients} patients and ${state.stored.observations} observations stored, ${state.refused.length} entries refused`);
  return state;
});
