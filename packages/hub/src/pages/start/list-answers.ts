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
export function isAnswerable(field: TemplateField, { entitlements, offer }: Answers): boolean {
  switch (field.type) {
    case 'account':
      return entitlements?.projects.length !== 0;
    case 'qos':
      return entitlements?.qos.length !== 0;
    case 'reservation':
      return offer.reservations.length > 0;
    default:
      return true;
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

function listKnown(field: TemplateField, { entitlements, offer }: Answers, say: Say): readonly Answer[] | undefined {
  switch (field.type) {
    case 'choice':
      return field.choices?.map(({ value, label }) => ({ value, label: pickText(label, say.language) })) ?? [];
    case 'account':
      return entitlements?.projects.map(nameItself);
    case 'qos':
      return entitlements?.qos.map(nameItself);
    case 'reservation':
      return offer.reservations.map((reservation) => nameReservation(reservation, say));
    default:
      return undefined;
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
