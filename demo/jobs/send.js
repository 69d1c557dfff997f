// Posts each patient by itself, so that one the system refuses keeps no other from being stored. A step that fails hands on
// the state it was given: what came of each patient is put into lists that were there before it began.
const reasonOf = ({ validationReport }) => validationReport.errorReports.map(({ errorCode, message }) => `${errorCode} ${message}`).join('; ');

each(
  $.payloads,
  post('/api/tracker', { trackedEntities: [$.data.trackedEntity] }, {
    query: { async: false, importStrategy: 'CREATE' },
    errors: { 409: false },
  }).then(state => {
    const { id, who } = state.payloads[state.index];
    if (state.response.statusCode === 200) state.stored.push({ id, who, events: state.data.stats.created - 2 });
    else state.rejected.push({ id, who, fault: reasonOf(state.data) });
    return { ...state, references: [] };
  })
);

fn(({ received, refused, stored, rejected, configuration }) => {
  console.log(`${stored.length} patients stored as user ${configuration.username}, ${rejected.length} rejected`);
  if (rejected.length > 0) throw new Error(`DHIS2 rejected ${rejected.length} patients`);
  return { received, refused, stored, rejected };
});
