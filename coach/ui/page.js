() => {
  // The sources panel and the page's language: what Gradio's components cannot do by themselves.
  const body = document.body;
  let opener = null;

  const show = (answer, marker) => {
    const group = document.getElementById(`source-${answer}`);
    if (!group) return;
    document.querySelectorAll(".sources-group").forEach((other) => { other.hidden = other !== group; });
    document.querySelectorAll("#sources .is-active").forEach((old) => old.classList.remove("is-active"));
    body.classList.add("sources-shown");
    const marks = marker ? [...group.querySelectorAll(`mark[data-cite~="${answer}-${marker}"]`)] : [];
    const card = marks.length ? marks[0].closest(".source-card") : group.querySelector(".source-card");
    if (!card) return;
    marks.forEach((mark) => mark.classList.add("is-active"));
    if (marker) card.classList.add("is-active");
    card.focus({ preventScroll: true });
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const target = marks.find((mark) => mark.offsetParent && mark.getBoundingClientRect().height) ?? card;
    target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: marks.length ? "center" : "start" });
  };

  const close = () => {
    if (!body.classList.contains("sources-shown")) return;
    body.classList.remove("sources-shown");
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite-link, a.sources-open");
    if (link) {
      event.preventDefault();
      event.stopPropagation();
      opener = link;
      const [, answer, marker] = /#source-(\d+)(?:-(\d+))?$/.exec(link.getAttribute("href")) ?? [];
      if (answer) show(answer, marker);
    } else if (event.target.closest?.(".sources-close") || (body.classList.contains("sources-shown") && !event.target.closest?.("#sources"))) {
      close();
    }
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  // Gradio labels each message with its HTML source, in English: worse than no label, since the message itself is read out.
  const unlabel = () => document.querySelectorAll("#chat [data-testid=bot][aria-label], #chat [data-testid=user][aria-label]")
    .forEach((message) => message.removeAttribute("aria-label"));

  // While an answer is written its question stays at the top, unless the visitor scrolls; so an answer is read from its beginning.
  let replies = 0, waiting = false, following = false;
  const follow = () => {
    const log = document.querySelector("#chat [role=log]");
    const all = log?.querySelectorAll(".reply") ?? [];
    const last = all[all.length - 1];
    const waits = Boolean(last?.classList.contains("is-waiting"));
    if (all.length > replies || (waits && !waiting)) following = true;
    [replies, waiting] = [all.length, waits];
    if (!last || !following) return;
    const row = last.closest(".message-row");
    const before = row.previousElementSibling;
    const top = (before?.classList.contains("user-row") ? before : row).getBoundingClientRect().top;
    log.scrollTop += top - log.getBoundingClientRect().top - 16;
    if (!waits) setTimeout(() => { following &&= waiting; }, 300);
  };
  const letGo = () => { following = false; };

  const watchChat = () => {
    const chat = document.getElementById("chat");
    if (!chat) return void setTimeout(watchChat, 100);
    const changed = () => { unlabel(); follow(); };
    ["wheel", "touchmove", "keydown"].forEach((name) => chat.addEventListener(name, letGo, { passive: true }));
    changed();
    new MutationObserver(changed).observe(chat, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] });
  };
  watchChat();

  window.coachPage = {
    localise: () => {
      const texts = document.getElementById("page-texts")?.dataset;
      if (!texts) return;
      document.documentElement.lang = texts.lang;
      document.title = texts.title;
      document.querySelector("#chat [role=log]")?.setAttribute("aria-label", texts.chat);
      document.querySelector("#question textarea")?.setAttribute("aria-label", texts.question);
      document.querySelector("#language fieldset, fieldset#language, #language [role=radiogroup]")?.setAttribute("aria-label", texts.language);
      body.classList.add("localised");
    },
  };
  // Should the first event be lost, the page must not stay invisible.
  setTimeout(() => body.classList.add("localised"), 3000);
}
