// The record of a call: result, what its code needs, text, promise. It is kept as it is written
// (on the server; encrypted in this browser while the network is away), saved with Ctrl+Enter.
import { isComposing } from "../keys.js";
import { forget, lasting, openShelf, wait, waits } from "../shelf.js";
import { missing as whatIsMissing } from "./needs.js";
import { attach } from "./palette.js";
import { post, sendWhatWaits } from "./send.js";
import { clock } from "./times.js";

const KEEP_MS = 700;
const $ = (id) => document.getElementById(id);

export function listenForForm(desk) {
  const { data } = desk;
  const words = data.words;
  const state = { code: null, reason: "", busy: false, saved: false, version: data.version };
  const times = clock(desk);
  let timer = 0;

  const kept = (text) => ($("desk-kept").textContent = text);
  const say = (text) => ($("desk-missing").textContent = text);
  Object.assign(desk, { state, times, say });

  // --- what is written, in the shape of a note ---
  const amountFen = () => {
    const text = $("desk-amount").value.replaceAll(",", "").trim();
    return /^\d+(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : null;
  };
  desk.written = () => ({
    channel: data.call ? "call" : "none",
    number_code: state.code?.number ?? "",
    case_code: state.code?.case ?? "",
    reason: state.reason,
    summary: $("desk-summary").value,
    words: $("desk-words").value,
    identity_checked: $("desk-known").checked,
    next_step: state.code ? $("desk-step").value : "",
    next_on: (state.code && $("desk-step-on").value) || null,
    next_at: ($("desk-at-box").hidden ? "" : $("desk-at").value) || null,
    promise: $("desk-promise").hidden
      ? null
      : { amount_fen: amountFen(), due_on: $("desk-due").value, said_by: "borrower", loans: [] },
    closing: { identity_stated: $("desk-stated").checked || $("desk-known").checked },
    began_at: data.call?.began_at ?? null,
  });

  // --- keeping it ---
  const name = `${data.case}:draft`;
  const keep = async () => {
    if (state.saved) return;
    const body = { draft: desk.written(), permit: data.call?.permit ?? null, version: state.version };
    try {
      const sent = await post(data.urls.draft, body);
      if (sent.ok) {
        state.version = sent.answer.version;
        forget(name);
        kept(words.kept);
      } else {
        kept(sent.answer.sentence ?? words.not_kept);
      }
    } catch {
      await wait(name, data.urls.draft, { ...body, version: null });
      kept(lasting() ? words.kept_here : words.kept_in_page);
    }
  };
  desk.touched = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, KEEP_MS);
  };

  // --- what its code needs ---
  const show = () => {
    const code = state.code;
    $("desk-promise").hidden = code?.opens !== "promise";
    $("desk-at-box").hidden = !code?.needs.includes("next_at");
    const answered = Boolean(data.call && code?.answered);
    $("desk-stated-box").hidden = !answered || $("desk-known").checked;
    $("desk-recording-box").hidden = !(answered && data.recording_needed);
    for (const mark of document.querySelectorAll("[data-need]")) {
      const filled = mark.dataset.need === "reason" && state.reason;
      mark.hidden = !code?.needs.includes(mark.dataset.need) || Boolean(filled);
    }
    const chosen = $("desk-chosen");
    chosen.hidden = !code;
    chosen.textContent = code ? code.words : "";
    for (const button of $("desk-likely").children) {
      button.setAttribute("aria-pressed", String(button.dataset.code === code?.code));
    }
    $("desk-reason").toggleAttribute("data-chosen", Boolean(state.reason));
    $("desk-reason").placeholder =
      data.reasons.find((each) => each.code === state.reason)?.words ?? $("desk-reason").dataset.hint;
  };
  const fields = {
    reason: $("desk-reason"), words: $("desk-words"), promise: $("desk-amount"),
    next_at: $("desk-at"), identity: $("desk-stated"), recording: $("desk-demo-sound") ?? $("desk-file"),
    result: $("desk-result"),
  };
  const lacking = () => whatIsMissing(desk, amountFen());
  const goOn = () => {
    const first = lacking().find((each) => each in fields);
    if (first) fields[first].focus();
    else document.activeElement?.blur?.();
  };
  desk.show = show;
  desk.goOn = goOn;
  desk.choose = (code) => {
    if (!data.call) return say(words.call_first);
    say("");
    if (!state.code) times.mark("result");
    state.code = code;
    $("desk-step").value = code.step;
    $("desk-step-on").value = code.step_on;
    if (code.opens === "promise" && !$("desk-amount").value) {
      if (code.code === "PTP") $("desk-amount").value = (data.promise.amount_fen / 100).toFixed(2);
      $("desk-due").value ||= data.promise.due_on;
    }
    if (code.needs.includes("next_at")) $("desk-at").value ||= data.call_back_at;
    show();
    goOn();
    desk.touched();
  };

  // --- saving ---
  const save = async () => {
    if (state.busy || state.saved) return;
    const what = lacking();
    if (what.length) {
      say(what.map((each) => words[`missing_${each}`] ?? each).join("；"));
      fields[what[0]]?.focus();
      return;
    }
    state.busy = true;
    clearTimeout(timer);
    const body = { draft: desk.written(), permit: data.call?.permit ?? null };
    try {
      const { ok, answer } = await post(data.urls.save, body);
      if (ok && answer.saved) {
        state.saved = true;
        forget(name);
        times.mark("save");
        times.send();
        window.location.assign(answer.next);
        return;
      }
      say(answer.sentence ?? words.not_kept);
      if (answer.findings) desk.marked(answer.findings);
    } catch {
      await wait(`${data.case}:save`, data.urls.save, body);
      say(lasting() ? words.saved_offline : words.kept_in_page);
    }
    state.busy = false;
  };
  desk.save = save;

  // --- a note's wording, marked where it stands ---
  desk.marked = (findings) => {
    const place = $("desk-findings");
    place.replaceChildren();
    for (const found of findings) {
      const line = document.createElement("p");
      const mark = document.createElement("mark");
      mark.textContent = found.text;
      if (found.guessed) {
        line.append(mark, ` ${words.guessed}`);
        place.append(line);
        continue;
      }
      line.append(mark, ` ${words.instead}：${found.instead} `);
      const use = document.createElement("button");
      use.type = "button";
      use.className = "button small";
      use.textContent = words.use;
      use.addEventListener("click", () => {
        const box = $("desk-summary");
        box.value = box.value.replace(found.text, found.instead);
        line.remove();
        desk.touched();
      });
      line.append(use);
      place.append(line);
    }
  };
  const check = async () => {
    const text = $("desk-summary").value;
    if (!text.trim()) return desk.marked([]);
    try {
      desk.marked((await post(data.urls.words, { text })).answer.findings ?? []);
    } catch {
      // Without a network the checker answers when the note is saved.
    }
  };

  // --- listening ---
  for (const code of data.codes.filter((each) => each.digit)) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.code = code.code;
    button.dataset.key = String(code.digit);
    button.dataset.keyName = code.words;
    const digit = document.createElement("kbd");
    digit.textContent = code.digit;
    button.append(digit, ` ${code.words}`);
    button.addEventListener("click", () => desk.choose(code));
    $("desk-likely").append(button);
  }
  $("desk-reason").dataset.hint = $("desk-reason").placeholder;
  attach($("desk-result"), $("desk-results"), data.codes, desk.choose, words.nothing);
  attach($("desk-reason"), $("desk-reasons"), data.reasons, (reason) => {
    state.reason = reason.code;
    show();
    goOn();
    desk.touched();
  }, words.nothing);
  const form = $("desk-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  form.addEventListener("input", (event) => {
    if (event.isTrusted && !event.target.matches("[role=combobox], [type=file]")) desk.touched();
  });
  for (const box of [$("desk-stated"), $("desk-known")]) {
    box.addEventListener("change", () => {
      desk.root.dataset.known = $("desk-known").checked ? "yes" : "no";
      show();
      if (state.code) goOn();
      desk.touched();
    });
  }
  $("desk-summary").addEventListener("blur", check);
  $("desk-save-bar").addEventListener("click", save);
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (data.call && !state.saved) event.preventDefault();
  });

  restore(desk, data.draft);
  openShelf(data.session).then(() => {
    const newer = waits(name)?.body.draft;
    if (newer) restore(desk, newer);
    sendWhatWaits((sentName, sent) => {
      if (sentName === `${data.case}:save` && sent.answer.saved) {
        state.saved = true;
        window.location.assign(sent.answer.next);
      } else if (sentName === name && sent.ok) {
        state.version = sent.answer.version;
        kept(words.kept);
      } else if (!sent.ok) say(sent.answer.sentence ?? words.not_kept);
    });
  });
}

// What was written before a reload, or before it was taken back.
function restore(desk, draft) {
  const { data, state } = desk;
  if (draft && Object.keys(draft).length) {
    const wanted = draft.case_code || draft.number_code;
    state.code = data.codes.find((each) => each.code === wanted) ?? null;
    state.reason = draft.reason ?? "";
    $("desk-summary").value = draft.summary ?? "";
    $("desk-words").value = draft.words ?? "";
    $("desk-known").checked = draft.identity_checked === true;
    $("desk-stated").checked = draft.closing?.identity_stated === true;
    if (draft.next_step) $("desk-step").value = draft.next_step;
    if (draft.next_on) $("desk-step-on").value = draft.next_on;
    if (draft.next_at) $("desk-at").value = draft.next_at.slice(0, 16);
    if (draft.promise) {
      const fen = draft.promise.amount_fen;
      $("desk-amount").value = fen == null ? "" : (fen / 100).toFixed(2);
      $("desk-due").value = draft.promise.due_on ?? "";
    }
  }
  desk.root.dataset.known = $("desk-known").checked ? "yes" : "no";
  desk.show();
}
