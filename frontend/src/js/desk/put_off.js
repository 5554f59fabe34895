// Not now: why, until when, in one's own words; then the next case. Not a way round a call's record.
// It opens by itself where the next case was asked for and nothing says what became of this one.
import { isComposing } from "../keys.js";
import { post } from "./send.js";

const $ = (id) => document.getElementById(id);

export function listenForPutOff(desk) {
  const { data } = desk;
  const box = $("desk-put-off");
  const why = $("desk-put-off-why");
  const words = $("desk-put-off-words");
  const told = $("desk-put-off-told");
  let busy = false;

  const chosen = () => why.selectedOptions[0];
  const follow = () => {
    $("desk-put-off-until").value = chosen().dataset.until;
    words.required = chosen().dataset.words === "yes";
  };
  const put = async () => {
    if (busy) return;
    busy = true;
    told.textContent = "";
    const body = { reason: why.value, until: $("desk-put-off-until").value, words: words.value };
    try {
      const { ok, answer } = await post(data.urls.put_off, body);
      if (ok) return window.location.assign(answer.next);
      told.textContent = answer.sentence ?? "";
    } catch {
      told.textContent = data.words.no_network;
    }
    busy = false;
  };

  const open = (leaving) => {
    told.textContent = "";
    $("desk-leaving").hidden = !leaving;
    $("desk-put-off-about").hidden = leaving;
    follow();
    box.showModal();
    why.focus();
  };
  $("desk-put-off-open").addEventListener("click", () => {
    if (data.call && !desk.state.saved) {
      desk.say(data.words.no_record);
      $("desk-result").focus();
      return;
    }
    open(false);
  });
  if (new URLSearchParams(window.location.search).has("leave") && !data.call) {
    // Once: who reloads the page has come to work.
    history.replaceState(null, "", window.location.pathname);
    open(true);
  }
  why.addEventListener("change", follow);
  why.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || isComposing(event)) return;
    event.preventDefault();
    box.querySelector("form").requestSubmit();
  });
  box.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    put();
  });
}
