// What the keys open beside the record: messages, a freeze, the hardship prompts, a promise.
import { heard, post, stamps } from "./send.js";

const $ = (id) => document.getElementById(id);

export function listenForDialogs(desk) {
  const { data } = desk;
  const words = data.words;
  const lost = () => ({ ok: false, answer: { sentence: words.no_network } });

  $("desk-hardship-open").addEventListener("click", () => desk.script("hardship"));
  $("desk-promise-open").addEventListener("click", () => {
    const promise = data.codes.find((each) => each.code === "PTP");
    if (promise) desk.choose(promise);
  });

  // --- messages ---
  const box = $("desk-sms");
  let key = "";
  const preview = async () => {
    const asked = new URLSearchParams({
      contact: $("desk-sms-to").value, template: $("desk-sms-template").value,
    });
    const { ok, answer } = await fetch(`${data.urls.preview}?${asked}`, { headers: stamps() })
      .then(heard, lost);
    const choices = $("desk-sms-template");
    if (!choices.options.length) {
      choices.replaceChildren(...(answer.templates ?? []).map((each) => new Option(each.words, each.id)));
    }
    $("desk-sms-text").textContent = answer.text ?? answer.sentence ?? words.not_kept;
    $("desk-sms-parts").textContent = ok
      ? words.parts.replace("{c}", answer.characters).replace("{n}", answer.parts)
      : "";
    $("desk-sms-send").disabled = !ok;
  };
  $("desk-sms-open").addEventListener("click", () => {
    key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    box.showModal();
    preview();
  });
  $("desk-sms-to").addEventListener("change", preview);
  $("desk-sms-template").addEventListener("change", preview);
  $("desk-sms-send").addEventListener("click", async () => {
    const { ok, answer } = await post(data.urls.send, {
      contact: Number($("desk-sms-to").value), template: $("desk-sms-template").value, key,
    }).catch(lost);
    const queued = ok && answer.state !== "refused";
    desk.tell([queued ? words.queued : answer.sentence, ...(answer.sentences ?? []), answer.until]);
    box.close();
  });

  // --- a freeze ---
  $("desk-freeze-open").addEventListener("click", () => {
    $("desk-freeze-told").textContent = "";
    $("desk-freeze").showModal();
  });
  $("desk-freeze-do").addEventListener("click", async () => {
    const { ok, answer } = await post(data.urls.freeze, {
      kind: $("desk-freeze-kind").value, why: $("desk-freeze-why").value,
    }).catch(lost);
    if (!ok) {
      $("desk-freeze-told").textContent = answer.sentence ?? "";
      return;
    }
    $("desk-freeze").close();
    desk.tell([words.frozen]);
    if (!data.call) window.location.reload();
  });
}
