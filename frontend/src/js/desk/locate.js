// Looking for a lost borrower: a purpose and a source, then what the source holds, then its result.
import { post } from "./send.js";

const $ = (id) => document.getElementById(id);

export function listenForLocate(desk) {
  const panel = $("desk-locate");
  if (!panel) return;
  const { data } = desk;
  const told = $("desk-locate-told");
  const code = $("desk-locate-code");
  let waiting = Number(panel.dataset.pending) || null;
  let busy = false;

  const show = () => {
    $("desk-locate-ask").hidden = Boolean(waiting);
    $("desk-locate-result").hidden = !waiting;
    $("desk-locate-number").hidden = code.selectedOptions[0].dataset.enters !== "phone";
    $("desk-locate-words").required = code.selectedOptions[0].dataset.words === "yes";
  };
  const send = async (url, body) => {
    if (busy) return null;
    busy = true;
    told.textContent = "";
    try {
      const { ok, answer } = await post(url, body);
      if (ok) return answer;
      told.textContent = answer.sentence ?? "";
    } catch {
      told.textContent = data.words.no_network;
    } finally {
      busy = false;
    }
    return null;
  };

  panel.addEventListener("click", async (event) => {
    const source = event.target.closest("[data-locate]")?.dataset.locate;
    if (!source) return;
    const purpose = $("desk-locate-purpose").value;
    const answer = await send(data.urls.locate, { source, purpose });
    if (!answer) return;
    waiting = answer.look_up;
    $("desk-located").replaceChildren(
      ...answer.lines.map((line) => {
        const paragraph = document.createElement("p");
        paragraph.textContent = line;
        return paragraph;
      }),
    );
    show();
    code.focus();
  });
  code.addEventListener("change", show);
  $("desk-locate-result").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { look_up: waiting, result: code.value, words: $("desk-locate-words").value };
    if (!$("desk-locate-number").hidden) {
      body.phone = $("desk-locate-phone").value;
      body.told_on = $("desk-locate-on").value;
      body.said_by = $("desk-locate-by").value;
    }
    if (!(await send(data.urls.located, body))) return;
    waiting = null;
    $("desk-located").replaceChildren();
    show();
    if (!data.call) window.location.reload();
  });
  // Nobody leaves a look-up without saying what it came to.
  $("desk-next").addEventListener("click", (event) => {
    if (!waiting) return;
    event.preventDefault();
    told.textContent = data.words.no_result;
    code.focus();
  });
  if (waiting && new URLSearchParams(window.location.search).has("record")) {
    told.textContent = data.words.no_result;
  }
  show();
}
