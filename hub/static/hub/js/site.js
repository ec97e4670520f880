// What scripts add to every page. Nothing here is needed to read, ask or answer.

const TYPING_PAUSE = 900; // ms of silence before a count is spoken

/** After a rejected form, start the reader at the list of what to put right. */
function focusErrorSummary() {
  document.querySelector(".error-summary")?.focus();
}

/** Links in the summary lead into the field, not only to its neighbourhood. */
function followErrorLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const box = field.closest(".field") ?? field;
    box.scrollIntoView({ block: "start" });
    (field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea"))?.focus({
      preventScroll: true,
    });
  });
}

function element(name, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Length as the server counts it: line breaks are two characters in a submitted form. */
function submittedLength(text) {
  return [...text.replace(/\r?\n/g, "\r\n")].length;
}

const NEAR_THE_END = 0.75; // of the room: before that a count is only noise

/** How much room is left, once it matters; spoken only when the writer pauses. */
function countCharacters(textarea) {
  const limit = textarea.maxLength;
  const shown = element("p", { class: "remaining", "aria-hidden": "true" });
  const spoken = element("p", { class: "visually-hidden", role: "status" });
  let timer;

  const words = () => {
    const length = submittedLength(textarea.value);
    if (length < limit * NEAR_THE_END) return "";
    const left = limit - length;
    const count = Math.abs(left).toLocaleString("en-GB");
    return `${count} ${Math.abs(left) === 1 ? "character" : "characters"} ${left < 0 ? "too many" : "left"}`;
  };
  const update = () => {
    shown.textContent = words();
    clearTimeout(timer);
    timer = setTimeout(() => {
      spoken.textContent = words();
    }, TYPING_PAUSE);
  };

  // Nobody's pasted text is cut off silently: the count says how much is too many, the server decides.
  textarea.removeAttribute("maxlength");
  textarea.after(shown, spoken);
  shown.textContent = words();
  textarea.addEventListener("input", update);
}

/** A look at the finished text before posting it. The server renders and sanitises. */
function offerPreview(textarea) {
  const button = element("button", { type: "button", class: "button plain preview-button" });
  button.textContent = "Preview";
  const region = element("div", { class: "preview prose", "aria-live": "polite" });
  region.setAttribute("aria-label", "Preview");
  region.setAttribute("role", "region");
  const last = textarea.nextElementSibling?.matches(".remaining") ? textarea.nextElementSibling : textarea;
  last.after(button, region);

  button.addEventListener("click", async () => {
    const body = new FormData();
    body.set("source", textarea.value);
    const token = textarea.form?.elements.csrfmiddlewaretoken?.value;
    button.disabled = true;
    try {
      const response = await fetch(textarea.dataset.previewUrl, {
        method: "POST",
        body,
        headers: token ? { "X-CSRFToken": token } : {},
        credentials: "same-origin",
      });
      if (response.status === 429) {
        region.textContent = await response.text();
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      region.innerHTML = (await response.text()).trim() || "<p>Nothing to show yet.</p>";
    } catch {
      region.textContent = "The preview did not load. Your text is safe: carry on, or try again.";
    } finally {
      button.disabled = false;
      button.focus();
    }
  });
}

/** On a narrow screen the list comes first. What is chosen stands above it, and what was wrong stays in sight. */
function foldFilters() {
  if (!window.matchMedia("(max-width: 51.99em)").matches) return;
  for (const form of document.querySelectorAll(".side > form.filters")) {
    const heading = form.querySelector("h2");
    if (!heading || form.querySelector("[aria-invalid=true]")) continue;
    const summary = element("summary");
    const folded = element("details");
    summary.append(heading);
    folded.append(summary, ...form.childNodes);
    form.append(folded);
  }
}

// A browser keeps the page one has just left as it was. After signing out, going back to it asks the server again.
function askAgainAfterSigningOut() {
  const openedAt = Date.now();
  for (const form of document.querySelectorAll('form[action="/account/logout/"]')) {
    form.addEventListener("submit", () => sessionStorage.setItem("signed-out-at", String(Date.now())));
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && Number(sessionStorage.getItem("signed-out-at")) > openedAt) window.location.reload();
  });
}

askAgainAfterSigningOut();
foldFilters();
focusErrorSummary();
followErrorLinks();
for (const textarea of document.querySelectorAll("textarea[maxlength]")) countCharacters(textarea);
for (const textarea of document.querySelectorAll("textarea[data-preview-url]")) offerPreview(textarea);
