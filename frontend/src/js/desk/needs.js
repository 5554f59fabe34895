// What the record still lacks, in the order in which it is asked for.
export function missing(desk, amountFen) {
  const { data, state } = desk;
  const code = state.code;
  const value = (id) => document.getElementById(id).value.trim();
  const ticked = (id) => document.getElementById(id).checked;
  if (!data.call) return value("desk-summary") || value("desk-words") ? [] : ["result"];
  if (!code) return ["result"];
  const lacks = [];
  if (code.needs.includes("reason") && !state.reason) lacks.push("reason");
  if (code.opens === "promise" && (!amountFen || !value("desk-due"))) lacks.push("promise");
  if (code.needs.includes("next_at") && !value("desk-at")) lacks.push("next_at");
  if (code.needs.includes("words") && !value("desk-words")) lacks.push("words");
  if (code.answered && !ticked("desk-known") && !ticked("desk-stated")) lacks.push("identity");
  if (code.answered && data.recording_needed && data.call.recording == null) lacks.push("recording");
  return lacks;
}
