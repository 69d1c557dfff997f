// Tells the sender, in FHIR's own words, which entries did not arrive and why.
const issueOf = ({ id, who, fault }) => ({
  severity: 'error',
  code: 'processing',
  diagnostics: `${who}: ${fault}`,
  expression: [`Bundle.entry.where(fullUrl='${id}')`],
});

create('OperationOutcome', { issue: [...$.refused, ...$.rejected].map(issueOf) }, {});

fn(state => {
  console.log(`Reported ${state.refused.length + state.rejected.length} entries to the sender as OperationOutcome ${state.data.id}`);
  return { ...state, reportedAs: state.data.id };
});
