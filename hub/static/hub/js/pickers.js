// Choosing terms, systems, projects, councils: one box that completes, after the ARIA combobox pattern. Without it, the boxes stay.

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

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function parted(values) {
  return values.flatMap((value) => value.split("\n")).map((text) => text.trim()).filter(Boolean);
}

function isCalled(term, text) {
  return [term.label, term.name].some((name) => name.toLowerCase() === text.toLowerCase());
}

/** What is chosen stands as hidden fields of one name; what is still being typed is sent under that name too. */
class Picker {
  /** `things` is [one, many]. */
  constructor(root, name, things) {
    this.root = root;
    this.name = name;
    [this.thing, this.things] = things;
    this.most = Number(root.dataset.most);
    this.options = [];
    this.active = -1;
    this.asked = 0;
    const boxes = [...root.querySelectorAll("input, textarea")];
    const texts = parted(boxes.map((box) => box.value));
    this.build(boxes[0]);
    if (boxes[0].getAttribute("aria-invalid") === "true") this.sort(texts);
    else for (const text of texts) this.add(text);
    this.showRoom();
    root.addEventListener("put-back", (event) => this.putBack(event.detail));
  }

  /** A draft of what was typed before. */
  putBack(values) {
    this.chosen.replaceChildren();
    this.input.value = "";
    this.sort(parted(values));
  }

  /** The server has refused some of them, and says so on every box: those stay in the box, to be put right. */
  async sort(texts) {
    const known = await Promise.all(texts.map((text) => this.isKnown(text).catch(() => true)));
    for (const [place, text] of texts.entries()) if (known[place]) this.add(text);
    this.input.value = this.unsettled(texts.filter((_, place) => !known[place]));
  }

  /** What the box shows of several that mean nothing. */
  unsettled(texts) {
    return texts.join("; ");
  }

  async isKnown(text) {
    return (await this.find(text)).some((option) => isCalled(option, text));
  }

  build(first) {
    const id = first.id;
    this.chosen = make("ul", { class: "terms picked", "aria-label": `${capital(this.things)} you have chosen` });
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
    for (const said of ["aria-invalid", "aria-describedby"]) {
      if (first.getAttribute(said)) this.input.setAttribute(said, first.getAttribute(said));
    }
    this.list = make("ul", { id: `${id}_list`, class: "completions", role: "listbox", "aria-label": capital(this.things), hidden: "" });
    this.asking = make("div", { class: "notice", role: "group", hidden: "" });
    this.status = make("p", { class: "visually-hidden", role: "status" });
    this.full = make("p", { class: "quiet small", hidden: "" }, `That is ${this.most}. Remove one to choose another.`);
    const place = make("div", { class: "combobox" });
    place.append(...this.labels(id), this.input, this.list);
    this.root.replaceChildren(this.chosen, place, this.asking, this.full, this.status);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("paste", (event) => this.paste(event));
    // A press on an option must not take the focus from the box first.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  /** Several lines are several values; a box of one line would run them together. */
  async paste(event) {
    const texts = parted([event.clipboardData.getData("text/plain")]);
    if (texts.length < 2) return;
    event.preventDefault();
    await this.sort(texts.slice(0, this.most - this.values().length));
    this.changed();
  }

  /** Beside those that the page has. */
  labels() {
    return [];
  }

  // --- What is chosen -----------------------------------------------------------------------------

  values() {
    return [...this.chosen.querySelectorAll("input")].map((input) => input.value);
  }

  add(value) {
    if (this.values().includes(value)) return;
    const [label, words] = this.told(value);
    const item = make("li", { class: "term" });
    item.append(make("span", {}, words));
    const button = make("button", { type: "button" });
    button.append(make("span", { "aria-hidden": "true" }, "×"), make("span", { class: "visually-hidden" }, `Remove ${label}`));
    button.addEventListener("click", () => {
      item.remove();
      this.showRoom();
      this.changed();
      this.say(`${label} removed`);
      this.input.focus();
    });
    item.append(button, make("input", { type: "hidden", name: this.name, value }));
    this.chosen.append(item);
    this.showRoom();
  }

  /** What a value is called, and how it is shown. */
  told(value) {
    return [value, value];
  }

  /** For whoever keeps a draft of the form. */
  changed() {
    this.root.dispatchEvent(new Event("input", { bubbles: true }));
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
      const found = await this.find(text);
      if (number === this.asked && document.activeElement === this.input) this.show(text, found);
    } catch {
      this.close(); // the box still takes what is typed
    }
  }

  show(text, found) {
    const chosen = this.values();
    this.options = found.filter((option) => !chosen.includes(option.label));
    if (this.root.dataset.propose && !found.some((option) => isCalled(option, text))) this.options.push({ word: text });
    this.list.replaceChildren(...this.options.map((option, place) => this.line(option, place)));
    this.active = -1;
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
    const count = this.options.filter((option) => option.label).length;
    this.say(count ? `${count} ${count === 1 ? this.thing : this.things}` : `No ${this.thing} is called so`);
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
    this.changed();
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
}

class TermPicker extends Picker {
  constructor(root) {
    super(root, root.dataset.terms, ["term", "terms"]);
  }

  labels(id) {
    return [make("label", { class: "visually-hidden", for: id }, "Add a term")];
  }

  told(value) {
    const words = value.match(PROPOSED)?.[1];
    return words ? [words, `${words} (suggested)`] : [value, value];
  }

  async isKnown(text) {
    return PROPOSED.test(text) || super.isKnown(text);
  }

  async find(text) {
    return (await getJson(`${this.root.dataset.suggestions}?q=${encodeURIComponent(text)}`)).terms;
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
        this.changed();
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

class NamePicker extends Picker {
  constructor(root) {
    super(root, root.dataset.names, [root.dataset.thing, `${root.dataset.thing}s`]);
  }

  async find(text) {
    const { names } = await getJson(`${this.root.dataset.suggestions}?q=${encodeURIComponent(text)}`);
    return names.map(({ name, about }) => ({ label: name, name: "", meaning: about }));
  }

  /** A name may hold any mark: one is put right after the other. */
  unsettled([first = "", ...others]) {
    for (const text of others) this.add(text);
    return first;
  }
}

for (const root of document.querySelectorAll("[data-terms]")) new TermPicker(root);
for (const root of document.querySelectorAll("[data-names]")) new NamePicker(root);
