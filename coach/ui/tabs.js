() => {
  // What the tabs need beside Gradio: links that ask or practise, and the opened role in the address and in focus.
  const tab = (id) => [...document.querySelectorAll("[role=tab]")].find((one) => one.id === `${id}-button` || one.dataset.tabId === id);

  const ask = (question) => {
    if (window.coachPage?.ask) return void window.coachPage.ask(question);
    tab("chat")?.click();
    const box = document.querySelector("#question textarea");
    if (!box) return;
    // Svelte listens to the event, not to the property.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => { document.querySelector("#send")?.click(); box.focus(); }, 50);
  };

  // A tab that was never opened is not drawn yet: what it offers is there a moment after the click.
  const practise = (wanted, tries = 40) => {
    if (window.coachPractise) return void window.coachPractise(wanted);
    if (tries) setTimeout(() => practise(wanted, tries - 1), 50);
  };

  const address = (role) => {
    const here = new URL(location.href);
    here.search = role ? `?tab=roles&role=${encodeURIComponent(role)}` : "";
    here.hash = "";
    history.replaceState(history.state, "", here);
  };

  window.coachTabs = {
    showRole: () => {
      const title = document.getElementById("doc-title");
      if (!title) return;
      document.getElementById("roles")?.classList.remove("is-list");
      document.getElementById("roles-doc").scrollTop = 0;
      title.focus({ preventScroll: true });
      address(title.closest("[data-role]").dataset.role);
    },
    // Each step of the practice is read from its beginning, whoever reads it aloud.
    practiseFocus: () => {
      const seen = ["judged-title", "put-question", "summary-title"].map((id) => document.getElementById(id));
      seen.find((one) => one?.offsetParent)?.focus({ preventScroll: true });
      document.getElementById("practice")?.scrollTo({ top: 0 });
    },
  };

  const back = () => {
    document.getElementById("roles")?.classList.add("is-list");
    (document.querySelector("#roles-found [aria-current]") ?? document.querySelector("#roles-search :is(input, textarea)"))?.focus();
    address(null);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#roles-doc [data-back]")) return void back();
    const link = event.target.closest?.('a[href^="#ask="], a[href^="#practise="], #roles-doc a[href^="#doc-"]');
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    const [, what, value] = /^#(ask=|practise=|doc-)(.*)$/.exec(link.getAttribute("href"));
    if (what === "ask=") return void ask(decodeURIComponent(value));
    if (what === "practise=") {
      const [role, level] = decodeURIComponent(value).split("/");
      tab("practice")?.click();
      return void practise({ role, level: level ?? "" });
    }
    const heading = document.getElementById(`doc-h-${value}`);
    if (!heading) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    heading.closest(".doc-section").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, true);
}
