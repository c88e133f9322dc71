/** What the layout writes behind the title of a page: ` · juhub`. */
const END = document.title.slice(document.title.lastIndexOf(' · '));

let title = document.querySelector('[data-title]')?.dataset.title ?? '';
let warning;

/** Names the window. */
export function nameWindow(name) {
  title = name;
  write();
}

/** Puts a warning in place of the window's name; undefined takes it away. */
export function warnInTitle(text) {
  warning = text;
  write();
}

function write() {
  const text = (warning ?? title) + END;
  if (document.title !== text) {
    document.title = text;
  }
}
