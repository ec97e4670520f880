// Choosing terms: one box that completes over every name, after the ARIA combobox pattern. Without it, the boxes stay.

const TYPING_PAUSE = 150; // ms before the server is asked
const PROPOSED = /^(.*) \[[a-z0-9]{10}\]$/; // how the server writes a word that is suggested and waits

function make(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

async function getJson(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function isCalled(term, text) {
  return [term.label, term.name].some((name) => name.toLowerCase() === text.toLowerCase());
}

class Picker {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.terms;
    this.most = Number(root.dataset.most);
    this.options = [];
    this.active = -1;
    this.asked = 0;
    const boxes = [...root.querySelectorAll("input")];
    const texts = boxes.map((box) => box.value.trim()).filter(Boolean);
    this.build(boxes[0]);
    if (boxes[0].getAttribute("aria-invalid") === "true") this.sort(texts);
    else for (const text of texts) this.add(text);
    this.showRoom();
  }

  /** The server has refused some of them, and says so on every box: those stay in the box, to be put right. */
  async sort(texts) {
    const isTerm = async (text) => {
      if (PROPOSED.test(text)) return true;
      const { terms } = await getJson(`${this.root.dataset.suggestions}?q=${encodeURIComponent(text)}`);
      return terms.some((term) => isCalled(term, text));
    };
    const known = await Promise.all(texts.map((text) => isTerm(text).catch(() => true)));
    for (const [place, text] of texts.entries()) if (known[place]) this.add(text);
    this.input.value = texts.filter((_, place) => !known[place]).join("; ");
  }

  build(first) {
    const id = first.id;
    this.chosen = make("ul", { class: "terms picked", "aria-label": "Terms you have chosen" });
    this.input = make("input", {
      type: "text",
      id,
      name: this.name,
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}_list`,
    });
    if (first.getAttribute("aria-invalid")) this.input.setAttribute("aria-invalid", "true");
    const label = make("label", { class: "visually-hidden", for: id }, "Add a term");
    this.list = make("ul", { id: `${id}_list`, class: "completions", role: "listbox", "aria-label": "Terms", hidden: "" });
    this.asking = make("div", { class: "notice", role: "group", hidden: "" });
    this.status = make("p", { class: "visually-hidden", role: "status" });
    this.full = make("p", { class: "quiet small", hidden: "" }, `That is ${this.most}. Remove one to choose another.`);
    const place = make("div", { class: "combobox" });
    place.append(label, this.input, this.list);
    this.root.replaceChildren(this.chosen, place, this.asking, this.full, this.status);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    // A press on an option must not take the focus from the box first.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  // --- What is chosen -----------------------------------------------------------------------------

  values() {
    return [...this.chosen.querySelectorAll("input")].map((input) => input.value);
  }

  add(value) {
    if (this.values().includes(value)) return;
    const words = value.match(PROPOSED)?.[1];
    const label = words ?? value;
    const item = make("li", { class: "term" });
    item.append(make("span", {}, words ? `${label} (suggested)` : label));
    const button = make("button", { type: "button" });
    button.append(make("span", { "aria-hidden": "true" }, "×"), make("span", { class: "visually-hidden" }, `Remove ${label}`));
    button.addEventListener("click", () => {
      item.remove();
      this.showRoom();
      this.say(`${label} removed`);
      this.input.focus();
    });
    item.append(button, make("input", { type: "hidden", name: this.name, value }));
    this.chosen.append(item);
    this.showRoom();
  }

  showRoom() {
    const isFull = this.values().length >= this.most;
    this.chosen.hidden = this.values().length === 0;
    this.full.hidden = !isFull || this.most === 1;
    this.input.readOnly = isFull;
  }

  // --- Completing ---------------------------------------------------------------------------------

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), TYPING_PAUSE);
  }

  async ask() {
    const text = this.input.value.trim();
    const number = ++this.asked;
    if (!text) return this.close();
    try {
      const { terms } = await getJson(`${this.root.dataset.suggestions}?q=${encodeURIComponent(text)}`);
      if (number === this.asked && document.activeElement === this.input) this.show(text, terms);
    } catch {
      this.close(); // the box still takes what is typed
    }
  }

  show(text, terms) {
    const isKnown = terms.some((term) => isCalled(term, text));
    const chosen = this.values();
    this.options = terms.filter((term) => !chosen.includes(term.label));
    if (!isKnown && this.root.dataset.propose) this.options.push({ word: text });
    this.list.replaceChildren(...this.options.map((option, place) => this.line(option, place)));
    this.active = -1;
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
    const count = this.options.filter((option) => option.label).length;
    this.say(count ? `${count} ${count === 1 ? "term" : "terms"}` : "No term is called so");
  }

  line(option, place) {
    const item = make("li", { role: "option", id: `${this.input.id}_option_${place}`, "aria-selected": "false" });
    if (option.word) {
      item.append(`Suggest “${option.word}” as a term`);
    } else {
      item.append(make("b", {}, option.label));
      if (option.name) item.append(`, also called ${option.name}`);
      if (option.meaning) item.append(make("span", { class: "quiet" }, option.meaning));
    }
    return item;
  }

  press(event) {
    const isOpen = !this.list.hidden;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown" && isOpen) this.move(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp" && isOpen) this.move(this.active <= 0 ? last : this.active - 1);
    else if (event.key === "ArrowDown") this.ask();
    else if (event.key === "Enter" && isOpen && this.active >= 0) this.choose(this.active);
    else if (event.key === "Enter" && this.input.value.trim()) isOpen ? this.chooseExact() : this.ask();
    else if (event.key === "Escape" && isOpen) this.close();
    else if (event.key === "Escape") this.input.value = "";
    else if (event.key === "Backspace" && !this.input.value && this.chosen.lastElementChild) {
      this.chosen.lastElementChild.querySelector("button").click();
    } else return;
    event.preventDefault();
  }

  move(place) {
    this.active = place;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    this.input.setAttribute("aria-activedescendant", this.list.children[place].id);
    this.list.children[place].scrollIntoView({ block: "nearest" });
  }

  chooseExact() {
    const text = this.input.value.trim();
    const place = this.options.findIndex((option) => option.label && isCalled(option, text));
    if (place >= 0) this.choose(place);
    else this.move(0);
  }

  choose(place) {
    const option = this.options[place];
    this.input.value = "";
    this.close();
    if (option.word) return this.askWhetherToSuggest(option.word);
    this.add(option.label);
    this.say(`${option.label} chosen`);
  }

  close() {
    clearTimeout(this.timer);
    this.asked++;
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  say(words) {
    this.status.textContent = words;
  }

  // --- A word that is no term ---------------------------------------------------------------------

  askWhetherToSuggest(word) {
    const words = make("p", {}, `“${word}” is not in the A to Z. Suggest it, and an editor decides; others see it here once it is accepted.`);
    const yes = make("button", { type: "button", class: "button plain" }, "Suggest it as a term");
    const no = make("button", { type: "button", class: "link-button" }, "Leave it out");
    const buttons = make("div", { class: "actions" });
    buttons.append(yes, no);
    this.asking.setAttribute("aria-label", `“${word}” is not in the A to Z`);
    this.asking.replaceChildren(words, buttons);
    this.asking.hidden = false;
    const done = (said) => {
      this.asking.hidden = true;
      this.say(said);
      this.input.focus();
    };
    no.addEventListener("click", () => done(`${word} left out`));
    yes.addEventListener("click", async () => {
      yes.disabled = true;
      const answer = await this.suggest(word);
      if (answer.value) {
        this.add(answer.value);
        done(`${answer.label} suggested, and chosen`);
      } else {
        words.textContent = answer.said;
        words.setAttribute("role", "alert");
        yes.remove();
        no.focus();
      }
    });
    yes.focus();
  }

  async suggest(word) {
    const body = new FormData();
    body.set("word", word);
    body.set("source", window.location.pathname);
    const token = this.input.form?.elements.csrfmiddlewaretoken?.value;
    try {
      const response = await fetch(this.root.dataset.propose, {
        method: "POST",
        body,
        headers: token ? { "X-CSRFToken": token } : {},
        credentials: "same-origin",
      });
      if (response.headers.get("Content-Type")?.startsWith("application/json")) return response.json();
      return { said: response.status === 429 ? await response.text() : "That did not work. Leave the word out, or try again." };
    } catch {
      return { said: "The hub did not answer. Leave the word out, or try again." };
    }
  }
}

/** While somebody writes the name of a new term: what there is like it. The server shows the same on submit. */
function showWhatIsAlike(form) {
  const input = document.getElementById(form.dataset.alikeFor);
  if (!input) return;
  const region = make("div", { class: "alike", "aria-live": "polite" });
  input.after(region);
  let timer;
  let asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = ++asked;
      const text = input.value.trim();
      const response = text.length > 2 ? await fetch(`${form.dataset.alike}?q=${encodeURIComponent(text)}`).catch(() => null) : null;
      if (number !== asked) return;
      const found = response?.ok && !response.redirected ? (await response.text()).trim() : "";
      region.innerHTML = found;
      if (found) region.prepend(make("p", { class: "quiet" }, "Is it one of these?"));
    }, 2 * TYPING_PAUSE);
  });
}

for (const root of document.querySelectorAll("[data-terms]")) new Picker(root);
for (const form of document.querySelectorAll("form[data-alike]")) showWhatIsAlike(form);
