import { say } from '../words/say.js';

/** Turns the link to the form filled in like this into a button that copies it. Where that is not allowed it stays a link. */
export function offerLink(form) {
  const link = form.querySelector('[data-choice-link]');
  const status = form.querySelector('[data-link-copied]');
  if (navigator.clipboard === undefined) {
    link.addEventListener('click', () => follow(form, link));
    return;
  }
  link.textContent = link.dataset.words;
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    follow(form, link);
    try {
      await navigator.clipboard.writeText(link.href);
      status.textContent = say('browser.linkCopied');
    } catch {
      location.assign(link.href);
    }
  });
}

/** Puts into the link what is chosen now, without what belongs to one server or one page alone. */
function follow(form, link) {
  const url = new URL(link.pathname, link.href);
  for (const [name, value] of new FormData(form)) {
    if (!name.startsWith('_') && name !== 'name' && value !== '') {
      url.searchParams.set(name, value);
    }
  }
  link.href = url.href;
}
