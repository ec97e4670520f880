// Nothing typed is lost: the server keeps a draft of every form that says where (data-draft). What it has not confirmed
// lies in this browser until it has: over a lost connection, an ended session, a closed window.

const EVERY = 4000; // ms between two savings, while somebody types
const PREFIX = "hub-draft:";
const FIELDS = ["title", "body", "concepts", "products", "projects", "audience", "asked_of", "way", "name", "email", "as_member"];
const NOT_WORDS = ["audience", "asked_of", "way", "as_member"];

function typedIn(form) {
  const data = new FormData(form);
  const typed = {};
  for (const name of FIELDS) if (data.has(name)) typed[name] = data.getAll(name).map(String);
  return typed;
}

function hasWords(typed) {
  return Object.entries(typed).some(([name, values]) => !NOT_WORDS.includes(name) && values.some((text) => text.trim()));
}

function keyOf(form) {
  const place = [form.dataset.form, form.dataset.question].filter(Boolean).join(":") || "ask";
  return `${PREFIX}${form.elements.writer?.value ?? ""}:${place}`;
}

/** A draft on the server would carry the writer's name: without one, what is typed stays in this browser. */
function isUnnamed(form) {
  return form.elements.unnamed?.checked ?? false;
}

function keep(form) {
  const copy = { submission: form.elements.submission.value, typed: typedIn(form), unnamed: isUnnamed(form) };
  try {
    localStorage.setItem(keyOf(form), JSON.stringify(copy));
  } catch {
    // A browser that keeps nothing: the server still does.
  }
}

function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form)) ?? "null");
  } catch {
    return null;
  }
}

function forget(form, submission) {
  if (kept(form)?.submission === submission) localStorage.removeItem(keyOf(form));
}

/** The state that the server tells, or "" where it could not be reached. */
async function send(form, copy) {
  const body = new FormData();
  if (copy.unnamed) body.append("unnamed", "on");
  else for (const [name, values] of Object.entries(copy.typed)) for (const value of values) body.append(name, value);
  body.set("submission", copy.submission);
  if (form.dataset.question) body.set("question", form.dataset.question);
  if (form.dataset.form) body.set("form", form.dataset.form);
  try {
    const response = await fetch(form.dataset.draft, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      credentials: "same-origin",
    });
    return response.headers.get("Content-Type")?.startsWith("application/json") ? (await response.json()).state : "";
  } catch {
    return "";
  }
}

/** Puts back what was typed. Words only: nothing is made markup. */
function restore(form, copy) {
  for (const [name, values] of Object.entries(copy.typed)) {
    const fields = [...form.querySelectorAll(`[name="${name}"]`)];
    const picker = form.querySelector(`[data-terms="${name}"], [data-names="${name}"]`);
    if (picker) {
      picker.dispatchEvent(new CustomEvent("put-back", { detail: values }));
    } else if (fields.some((field) => field.type === "radio" || field.type === "checkbox")) {
      for (const field of fields) field.checked = values.includes(field.value);
    } else {
      fields.forEach((field, place) => {
        field.value = values[place] ?? "";
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
  }
  if (form.elements.unnamed) form.elements.unnamed.checked = copy.unnamed ?? false;
  form.elements.submission.value = copy.submission;
}

const SAID = {
  saved: "Draft saved.",
  unnamed: "Without your name nothing is saved on the hub: what you type is kept in this browser until you post it.",
  "signed-out": "You are signed out. What you type is kept in this browser: sign in, in this window or another, and it comes back.",
  gone: "It can no longer be posted here. What you type is kept in this browser: copy it from here.",
  "": "No connection. What you type is kept in this browser until there is one.",
};

function keepDraftsOf(form) {
  const said = document.createElement("p");
  said.className = "quiet draft-state";
  said.setAttribute("role", "status");
  form.querySelector(".actions")?.after(said);
  const tell = (words) => {
    if (said.textContent !== words) said.textContent = words;
  };

  let changed = false;
  let sending = false;
  // The next page may have been asked for before this one's draft was saved: then it takes the copy that lies here.
  let leaving = false;
  window.addEventListener("beforeunload", () => {
    leaving = true;
  });

  async function save() {
    if (!changed || sending) return;
    const copy = { submission: form.elements.submission.value, typed: typedIn(form), unnamed: isUnnamed(form) };
    if (!hasWords(copy.typed)) return;
    sending = true;
    changed = false;
    const state = await send(form, copy);
    sending = false;
    if (state === "saved" || state === "posted") {
      if (!changed && !leaving) forget(form, copy.submission);
      tell(SAID.saved);
    } else if (state === "unnamed") {
      tell(SAID.unnamed);
    } else if (state !== "nothing") {
      changed = true;
      tell(SAID[state] ?? SAID[""]);
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    keep(form);
  });
  // Until the server has answered, nobody knows whether it has been posted: the copy stays, and the next page asks.
  form.addEventListener("submit", () => keep(form));
  setInterval(save, EVERY);
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });

  bringBack(form, tell, () => {
    changed = true;
  });
}

/** What an earlier page could not hand over: the server is asked what became of it. */
async function bringBack(form, tell, asChanged) {
  const copy = kept(form);
  if (!copy || !hasWords(copy.typed)) return;
  const ours = copy.submission === form.elements.submission.value;
  const state = await send(form, copy);
  if (state === "posted" || state === "nothing") {
    forget(form, copy.submission);
    return;
  }
  if (ours || !hasWords(typedIn(form))) {
    restore(form, copy);
    tell("What you had typed before is back.");
    if (state !== "saved") asChanged();
  } else if (state === "saved") {
    tell("What you had typed before is among your drafts.");
  }
  if (state === "saved") forget(form, copy.submission);
}

/** Whoever signs out leaves nothing behind in this browser. */
function forgetOnSigningOut() {
  for (const form of document.querySelectorAll('form[action="/account/logout/"]')) {
    form.addEventListener("submit", () => {
      for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
    });
  }
}

forgetOnSigningOut();
for (const form of document.querySelectorAll("form[data-draft]")) if (form.elements.submission) keepDraftsOf(form);
