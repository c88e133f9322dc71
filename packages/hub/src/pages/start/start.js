import { startClock } from '../words/clock.js';
import { offerLink } from './choice-link.js';
import { followExpectedStart } from './expected-start.js';

const form = document.querySelector('[data-start-form]');
const summary = form.querySelector('[data-summary]');

startClock();
followNodeType();
followExpectedStart(form);
offerLink(form);
form.addEventListener('change', followNodeType);
form.addEventListener('input', showSummary);
form.addEventListener('submit', startOnce);
window.addEventListener('pageshow', (event) => event.persisted && setBusy(false));
for (const link of document.querySelectorAll('[data-keeps-choices]')) {
  link.addEventListener('click', () => keepChoices(link));
}

function chosenNodeType() {
  return form.querySelector('input[name="partition"]:checked');
}

/** Shows the limits that the chosen node type sets on the fields, and takes away those that it has not. */
function followNodeType() {
  const limits = JSON.parse(chosenNodeType()?.dataset.limits ?? '{}');
  for (const field of form.querySelectorAll('[data-field]')) {
    const limit = limits[field.dataset.field];
    if (limit !== undefined) {
      field.hidden = !limit.applies;
      for (const input of field.querySelectorAll('input, select')) {
        input.disabled = !limit.applies;
      }
      field.querySelector('[data-hint]').textContent = limit.hint;
      offerNames(field, limit.names);
      field.dataset.limit = JSON.stringify(limit);
    }
  }
  showSummary();
}

/** Of a list only what goes with the node type can be chosen. */
function offerNames(field, names) {
  const list = field.querySelector('select');
  if (list === null || names === undefined) {
    return;
  }
  for (const option of list.options) {
    option.disabled = option.value !== '' && !names.includes(option.value);
    option.hidden = option.disabled;
  }
  if (list.selectedOptions[0]?.disabled) {
    list.value = [...list.options].find((option) => !option.disabled)?.value ?? '';
  }
}

/** Marks a number outside of its limits at once; the hub checks again. */
function checkLimit(field) {
  const { min, max, applies = true } = JSON.parse(field.dataset.limit ?? '{}');
  const number = readNumber(field);
  const isOut = applies && number !== undefined && (number < (min ?? number) || number > (max ?? number));
  field.toggleAttribute('data-out', isOut);
  if (field.querySelector('.problem') === null) {
    for (const input of field.querySelectorAll('input')) {
      input.classList.toggle('is-invalid', isOut);
      input.setAttribute('aria-invalid', String(isOut));
    }
  }
}

/** A field's number, a duration's in minutes; undefined for anything else. */
function readNumber(field) {
  const hours = field.querySelector('[data-hours]');
  const values = hours === null ? [field.querySelector('input')?.value] : [hours.value, minutesOf(field).value];
  if (values.every((value) => value === '') || !values.every((value) => /^\d*$/.test(value ?? 'x'))) {
    return undefined;
  }
  return values.length === 2 ? Number(values[0]) * 60 + Number(values[1]) : Number(values[0]);
}

function minutesOf(field) {
  return field.querySelector('[data-minutes]');
}

/** What was chosen, in one place beside the button. */
function showSummary() {
  const lines = [];
  const nodeType = chosenNodeType();
  if (nodeType !== null) {
    lines.push([document.querySelector('[data-node-types-title]').textContent, nodeType.dataset.title]);
  }
  for (const field of form.querySelectorAll('[data-field]')) {
    checkLimit(field);
    const value = field.hidden ? '' : sayValue(field);
    if (value !== '') {
      lines.push([field.dataset.label, value]);
    }
  }
  summary.replaceChildren(...lines.map(makeLine));
  summary.hidden = lines.length === 0;
}

function sayValue(field) {
  const hours = field.querySelector('[data-hours]');
  if (hours !== null) {
    const parts = [
      [hours.value, 'h'],
      [minutesOf(field).value, 'min'],
    ];
    return parts.flatMap(([value, unit]) => (value === '' || value === '0' ? [] : [`${value} ${unit}`])).join(' ');
  }
  const input = field.querySelector('select, input:not([type="hidden"])');
  if (input.type === 'checkbox') {
    return input.checked ? '✓' : '';
  }
  return input.selectedOptions?.[0]?.value === '' ? '' : (input.selectedOptions?.[0]?.text ?? input.value);
}

function makeLine([label, value]) {
  const line = document.createElement('div');
  line.append(Object.assign(document.createElement('dt'), { textContent: label }));
  line.append(Object.assign(document.createElement('dd'), { textContent: value }));
  return line;
}

/** To another site or template with what was chosen so far. */
function keepChoices(link) {
  const url = new URL(link.href);
  for (const [name, value] of new FormData(form)) {
    if (!name.startsWith('_') && !url.searchParams.has(name) && name !== 'site' && name !== 'template') {
      url.searchParams.set(name, value);
    }
  }
  link.href = url.href;
}

/** A second press must not ask for a second server. */
function startOnce(event) {
  if (form.dataset.busy !== undefined) {
    event.preventDefault();
  }
  setBusy(true);
}

function setBusy(isBusy) {
  form.toggleAttribute('data-busy', isBusy);
  form.querySelector('[data-start-button]').setAttribute('aria-disabled', String(isBusy));
}
