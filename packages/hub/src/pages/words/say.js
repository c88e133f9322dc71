const words = JSON.parse(document.body.dataset.words);

/** Says one of the messages of the page (keys `browser.…`); `{name}` in it is replaced by the value of that name. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
