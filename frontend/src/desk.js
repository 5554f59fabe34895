// The desk: calls, records, promises, messages. Loaded by the desk's page only. What it works with
// stands in the page as JSON (#desk-data); codes and needs come from there, sentences too.
import { listenForCall } from "./js/desk/call.js";
import { listenForCare } from "./js/desk/care.js";
import { listenForDialogs } from "./js/desk/dialogs.js";
import { listenForForm } from "./js/desk/form.js";
import { listenForLocate } from "./js/desk/locate.js";
import { listenForPanels } from "./js/desk/panels.js";
import { listenForPutOff } from "./js/desk/put_off.js";
import { listenForPutAside, listenForUndo } from "./js/desk/undo.js";

const written = document.getElementById("desk-data");
if (written) {
  const desk = { data: JSON.parse(written.textContent), root: document.getElementById("desk") };
  listenForPanels(desk);
  listenForForm(desk);
  listenForCall(desk);
  listenForDialogs(desk);
  listenForPutOff(desk);
  listenForLocate(desk);
}
listenForUndo();
listenForPutAside();
listenForCare();
