// The colours a reader chose. A classic script in <head>, so that it speaks before the first paint.
(() => {
  const root = document.documentElement;
  const KEY = "theme";

  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage can be switched off
    }
  };

  const apply = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
  };

  const remember = (choice) => {
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // the choice then lasts for this page only
    }
  };

  apply(stored());

  document.addEventListener("DOMContentLoaded", () => {
    const group = document.querySelector("[data-theme-switch]");
    if (!group || !CSS.supports("color", "light-dark(#fff, #000)")) return;
    const buttons = [...group.querySelectorAll("button")];
    const press = (choice) => {
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === choice));
    };
    press(root.dataset.theme ?? "system");
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      apply(button.value);
      remember(button.value);
      press(button.value);
    });
  });
})();
