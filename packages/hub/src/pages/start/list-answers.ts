import { pickText, type TemplateField } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import type { Entitlements } from '../../sites/node-type.js';
import type { Offer, ReservationChoice } from '../../sites/offer.js';
import { sayMomentOf } from '../words/moment.js';

/** One answer of a list. */
export interface Answer {
  readonly value: string;
  readonly label: string;
}

/** What a person may answer with. */
export interface Answers {
  readonly offer: Pick<Offer, 'reservations'>;
  /** Undefined while the site cannot say. */
  readonly entitlements: Entitlements | undefined;
}

/**
 * Whether a field can be answered at all: where a site charges no projects there is none to choose, and who may use no
 * reservation is not asked for one.
 */
export function isAnswerable(field: TemplateField, answers: Answers): boolean {
  return listOffered(field, answers)?.length !== 0;
}

/** What a person has of what a field asks for; undefined where the site cannot say, or where the field asks for no such thing. */
export function listOffered(
  { type }: TemplateField,
  { entitlements, offer }: Answers,
): readonly { readonly name: string }[] | undefined {
  switch (type) {
    case 'account':
      return entitlements?.projects;
    case 'qos':
      return entitlements?.qos;
    case 'reservation':
      return offer.reservations;
    default:
      return undefined;
  }
}

/** The answers to choose from; undefined where any text may be typed, as when the site cannot be asked. */
export function listAnswers(field: TemplateField, answers: Answers, say: Say): Answer[] | undefined {
  const known = listKnown(field, answers, say);
  if (known === undefined) {
    return undefined;
  }
  const canBeEmpty = !field.required && field.default === undefined;
  return canBeEmpty ? [{ value: '', label: sayNone(field, say) }, ...known] : [...known];
}

function sayNone({ type }: TemplateField, say: Say): string {
  if (type === 'reservation') {
    return say('start.noReservation');
  }
  return say(type === 'choice' ? 'start.notChosen' : 'start.siteDefault');
}

function listKnown(field: TemplateField, answers: Answers, say: Say): readonly Answer[] | undefined {
  switch (field.type) {
    case 'choice':
      return field.choices?.map(({ value, label }) => ({ value, label: pickText(label, say.language) })) ?? [];
    case 'reservation':
      return answers.offer.reservations.map((reservation) => nameReservation(reservation, say));
    default:
      return listOffered(field, answers)?.map(nameItself);
  }
}

function nameItself({ name }: { readonly name: string }): Answer {
  return { value: name, label: name };
}

function nameReservation({ name, isActive, startAt, endAt }: ReservationChoice, say: Say): Answer {
  const time = sayMomentOf(isActive ? endAt : startAt)?.text;
  const key = isActive ? 'start.reservationUntil' : 'start.reservationFrom';
  return { value: name, label: time === undefined ? name : say(key, { name, time }) };
}
