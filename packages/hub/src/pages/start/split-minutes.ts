/** A run time as the form asks for it: two numbers, as they were typed. */
export interface HoursAndMinutes {
  readonly hours: string;
  readonly minutes: string;
}

/** The names of the two inputs of a duration field; a hyphen is in no field's own name. */
export function durationInputNames(fieldName: string): HoursAndMinutes {
  return { hours: `${fieldName}-hours`, minutes: `${fieldName}-minutes` };
}

/** Splits minutes for the form: `90` → 1 and 30. What is no whole number stays as it is, to be refused with words. */
export function splitMinutes(text: string): HoursAndMinutes {
  if (!/^\d{1,7}$/.test(text)) {
    return { hours: '', minutes: text };
  }
  const minutes = Number(text);
  return { hours: String(Math.floor(minutes / 60)), minutes: String(minutes % 60) };
}

/** Puts the two inputs together as minutes. What are no whole numbers are put together as text, to be refused with words. */
export function joinMinutes({ hours, minutes }: HoursAndMinutes): string {
  const [h, m] = [hours.trim(), minutes.trim()];
  if (h === '' && m === '') {
    return '';
  }
  const areNumbers = [h, m].every((part) => /^\d{0,5}$/.test(part));
  return areNumbers ? String(Number(h) * 60 + Number(m)) : [h, m].filter((part) => part !== '').join(':');
}
