// Before anything is drawn: what this browser remembers, and the colours it was set to, so that the page does not flash in others.
(() => {
  // The language for all pages of this browser; the conversation for one of them, which is gone when it is closed.
  const stores = { language: "localStorage", theme: "localStorage", chat: "sessionStorage", draft: "sessionStorage" };
  window.coachRemembered = (name) => {
    try { return window[stores[name]].getItem(`coach-${name}`) || undefined; } catch { return undefined; }
  };
  window.coachRemember = (name, value) => {
    try {
      if (value) window[stores[name]].setItem(`coach-${name}`, value);
      else window[stores[name]].removeItem(`coach-${name}`);
    } catch { /* A browser that keeps nothing shows a new page each time. */ }
  };
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  window.coachColours = () => {
    const theme = window.coachRemembered("theme") ?? "system";
    const dark = theme === "dark" || (theme === "system" && system.matches);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    document.body?.classList.toggle("dark", dark);
    return theme;
  };
  system.addEventListener("change", window.coachColours);
  window.coachColours();
  // Gradio sets its own when it starts: ours comes after it.
  document.addEventListener("DOMContentLoaded", () => {
    window.coachColours();
    new MutationObserver(() => {
      const theme = window.coachRemembered("theme");
      const dark = theme === "dark" || (theme !== "light" && system.matches);
      if (document.body.classList.contains("dark") !== dark) window.coachColours();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });
})();
