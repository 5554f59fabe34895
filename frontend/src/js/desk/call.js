// Dialling: a permit is asked for and used, and the number rings; then nobody leaves without a
// record. Recordings of the call are taken in here.
import { isComposing } from "../keys.js";
import { heard, post, stamps } from "./send.js";

const $ = (id) => document.getElementById(id);

export function listenForCall(desk) {
  const { data, root } = desk;
  const words = data.words;
  let dialling = false;

  const tell = (lines) => {
    const place = $("desk-told");
    place.replaceChildren(
      ...lines.filter(Boolean).map((line) => {
        const paragraph = document.createElement("p");
        paragraph.textContent = line;
        return paragraph;
      }),
    );
  };
  desk.tell = tell;

  // The number rests: one reason, said on purpose, and it is dialled all the same.
  const rest = $("desk-rest");
  const askWhy = (contact, sentence) => {
    rest.dataset.contact = contact;
    $("desk-rest-said").textContent = sentence;
    rest.showModal();
  };
  $("desk-rest-why").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || isComposing(event)) return;
    event.preventDefault();
    rest.querySelector("form").requestSubmit();
  });
  rest.querySelector("form").addEventListener("submit", () => {
    dial(Number(rest.dataset.contact), $("desk-rest-why").value);
  });

  const dial = async (contact, restWhy = "") => {
    if (dialling || data.call) return;
    dialling = true;
    desk.times.mark("dial");
    try {
      const body = { contact, draft: desk.written(), rest_why: restWhy };
      const { ok, answer } = await post(data.urls.dial, body);
      if (answer.code === "DIAL-NUMBER-RESTS") return askWhy(contact, answer.sentence);
      if (!ok || !answer.rings) {
        tell([answer.sentence, ...(answer.sentences ?? []), answer.until]);
        return;
      }
      // Without it, words kept on their way while the record is saved would reopen it.
      desk.state.version = answer.version;
      data.call = { permit: answer.permit, contact, began_at: null, recording: null };
      data.call.began_at = new Date().toISOString();
      root.dataset.call = "on";
      root.dataset.known = $("desk-known").checked ? "yes" : "no";
      tell([words.calling, ...(answer.sentences ?? [])]);
      if (answer.link) ring(answer.link);
      script("identity");
      desk.show();
    } catch {
      tell([words.no_network]);
    } finally {
      dialling = false;
    }
  };

  const script = (situation) => document.getElementById(`script-tab-${situation}`)?.click();
  desk.script = script;

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dial]");
    if (!button) return;
    button.blur();
    dial(Number(button.dataset.dial));
  });
  $("desk-known").addEventListener("change", (event) => {
    if (event.target.checked) script(data.situation);
  });
  $("desk-next").addEventListener("click", (event) => {
    if (!data.call || desk.state.saved) return;
    event.preventDefault();
    desk.say(words.no_record);
    $("desk-result").focus();
  });

  const recorded = async (body) => {
    const { ok, answer } = await heard(
      await fetch(data.urls.recording, { method: "POST", headers: stamps(), body }),
    );
    if (!ok) return desk.say(answer.sentence ?? words.not_kept);
    data.call.recording = answer.seconds;
    $("desk-recording-told").lastChild.textContent = words.recorded.replace("{s}", answer.seconds);
    desk.say("");
    desk.goOn();
  };
  $("desk-file").addEventListener("change", (event) => {
    const body = new FormData();
    body.append("file", event.target.files[0]);
    recorded(body);
  });
  $("desk-demo-sound")?.addEventListener("click", () => {
    const body = new FormData();
    body.append("demo", "1");
    recorded(body);
  });
  if (data.call && new URLSearchParams(window.location.search).has("record")) {
    desk.say(words.no_record);
  }
  if (data.call?.recording != null) {
    $("desk-recording-told").lastChild.textContent = words.recorded.replace("{s}", data.call.recording);
  }
}

// The officer's own phone follows the link; it is never left in the page.
function ring(link) {
  const anchor = document.createElement("a");
  anchor.href = link;
  anchor.click();
}
