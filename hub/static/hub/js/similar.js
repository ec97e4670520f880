// While a question is typed, what is similar to it stands beside it. Without script a button asks for the same.

const PAUSE = 500; // ms without a key
const SHORTEST = 4; // characters of a title

function token(form) {
  return form.elements.csrfmiddlewaretoken.value;
}

function ask(block) {
  const form = block.closest("form");
  const list = block.querySelector("[data-similar-list]");
  const title = form.elements.title;
  let timer;
  let asked = "";
  let under = null;

  async function look() {
    const words = title.value.trim();
    const details = form.elements.body?.value ?? "";
    if (words === asked) return;
    asked = words;
    under?.abort();
    if (words.length < SHORTEST) {
      list.replaceChildren();
      return;
    }
    under = new AbortController();
    const body = new FormData();
    body.set("title", words);
    body.set("body", details.slice(0, 1000));
    body.set("submission", form.elements.submission.value);
    try {
      const response = await fetch(block.dataset.similar, {
        method: "POST",
        body,
        signal: under.signal,
        headers: { "X-CSRFToken": token(form), "HX-Request": "true" },
        credentials: "same-origin",
      });
      if (!response.ok || response.redirected) return;
      const html = await response.text();
      // Somebody who is in the list stays where they are.
      if (!list.contains(document.activeElement) && list.innerHTML.trim() !== html.trim()) list.innerHTML = html;
    } catch {
      // No connection: the question can be asked all the same.
    }
  }

  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  title.addEventListener("change", look);
  // What was opened is counted, by question and never by person.
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-ref]");
    if (!link) return;
    const body = new FormData();
    body.set("ref", link.dataset.ref);
    body.set("submission", form.elements.submission.value);
    fetch(block.dataset.opened, {
      method: "POST",
      body,
      keepalive: true,
      headers: { "X-CSRFToken": token(form), "HX-Request": "true" },
      credentials: "same-origin",
    }).catch(() => {});
  });
  block.querySelector("[data-without-script]").hidden = true;
  if (title.value.trim()) look();
}

for (const block of document.querySelectorAll("[data-similar]")) ask(block);
