/** Writes a view into the page or a part of it: texts, paths, times, and which parts are there at all. */
export function showView(root, view) {
  for (const element of root.querySelectorAll('[data-bind]')) {
    setText(element, read(view, element.dataset.bind));
  }
  for (const element of root.querySelectorAll('[data-href]')) {
    element.setAttribute('href', read(view, element.dataset.href) ?? '');
  }
  for (const element of root.querySelectorAll('[data-time]')) {
    setTime(element, read(view, element.dataset.time));
  }
  for (const element of root.querySelectorAll('[data-icon]')) {
    element.setAttribute('href', `#icon-${read(view, element.dataset.icon)}`);
  }
  for (const element of root.querySelectorAll('[data-if]')) {
    element.hidden = !read(view, element.dataset.if);
  }
}

/** Writes a text where it is another one: what has not changed keeps its selection, and is not said again. */
export function setText(element, value) {
  const text = String(value ?? '');
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Sets the point in time of an element. */
export function setTime(element, iso = '') {
  element.dateTime = iso;
  const key = 'countdown' in element.dataset ? 'countdown' : 'moment';
  element.dataset[key] = iso;
}

function read(view, path) {
  return path.split('.').reduce((value, key) => value?.[key], view);
}
