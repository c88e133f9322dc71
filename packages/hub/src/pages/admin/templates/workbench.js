/** Checks while one types. Without this file the buttons do the same. */
const form = document.querySelector('[data-workbench]');
const source = form.querySelector('#source');
const oldScriptNote = form.querySelector('[data-old-script]');
const oldTrialNote = form.querySelector('[data-old-trial]');
const uncheckedNote = form.querySelector('[data-unchecked]');

/** One check for the letters of a moment. */
const PAUSE_MS = 400;

/** Counts what was typed: an answer to something older is dropped. */
let change = 0;
let timer;
/** Something was typed that is nowhere else. */
let isDirty = 'typed' in form.dataset;

form.addEventListener('input', (event) => {
  if (event.target === source) {
    isDirty = true;
    fitSource();
  }
  if (event.target.name !== '_note') {
    oldTrialNote?.removeAttribute('hidden');
    change += 1;
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE_MS, change);
  }
});

form.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-line]');
  if (link) {
    event.preventDefault();
    goTo(Number(link.dataset.line), Number(link.dataset.column));
  }
});

form.addEventListener('submit', () => {
  isDirty = false;
});

window.addEventListener('beforeunload', (event) => {
  if (isDirty) {
    event.preventDefault();
  }
});

async function refresh(number) {
  const html = await ask();
  if (number !== change) {
    return;
  }
  uncheckedNote.hidden = html !== undefined;
  if (html !== undefined) {
    show(new DOMParser().parseFromString(html, 'text/html'));
  }
}

/** Undefined when there is no answer: the hub is away, or nobody is signed in any more. */
async function ask() {
  try {
    const answer = await fetch(form.dataset.findings, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
    });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

function show(answer) {
  const focus = rememberFocus();
  for (const region of form.querySelectorAll('[data-live]')) {
    const fresh = answer.querySelector(`[data-live="${region.dataset.live}"]`);
    const isMissing = 'isMissing' in (fresh?.dataset ?? {});
    if (region.dataset.live === 'script') {
      const isOld = isMissing && region.querySelector('pre') !== null;
      oldScriptNote.hidden = !isOld;
      region.classList.toggle('is-old', isOld);
      if (isOld) {
        continue;
      }
    }
    if (fresh && fresh.innerHTML !== region.innerHTML) {
      replace(region, fresh);
    }
  }
  focus();
}

/** What was open stays open, and what was scrolled stays where it was. */
function replace(region, fresh) {
  const open = [...region.querySelectorAll('details[open]')].map(({ id }) => id);
  const scrolled = [...region.querySelectorAll('[tabindex]')].map(({ scrollTop, scrollLeft }) => [
    scrollTop,
    scrollLeft,
  ]);
  region.replaceChildren(...fresh.childNodes);
  for (const details of region.querySelectorAll('details')) {
    details.open = open.includes(details.id);
  }
  for (const [index, box] of [...region.querySelectorAll('[tabindex]')].entries()) {
    box.scrollTo({ top: scrolled[index]?.[0] ?? 0, left: scrolled[index]?.[1] ?? 0 });
  }
}

/** The field that has the focus may be replaced by a fresh one. */
function rememberFocus() {
  const { id, selectionStart, selectionEnd } = document.activeElement ?? {};
  return () => {
    const again = id ? document.getElementById(id) : null;
    if (again && again !== document.activeElement) {
      again.focus();
      if (typeof selectionStart === 'number') {
        again.setSelectionRange(selectionStart, selectionEnd);
      }
    }
  };
}

/** As many rows and numbers as there are lines. */
function fitSource() {
  const count = source.value.split('\n').length;
  const gutter = form.querySelector('[data-live="gutter"]');
  source.rows = count;
  while (gutter.children.length > count) {
    gutter.lastElementChild.remove();
  }
  while (gutter.children.length < count) {
    const number = document.createElement('span');
    number.textContent = String(gutter.children.length + 1);
    number.id = `source-${number.textContent}`;
    gutter.append(number);
  }
}

/** Puts the cursor where a mistake is. */
function goTo(line, column) {
  const lines = source.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  source.focus({ preventScroll: true });
  source.setSelectionRange(start + column - 1, start + (lines[line - 1]?.length ?? 0));
  document.getElementById(`source-${line}`)?.scrollIntoView({ block: 'center' });
}

fitSource();
