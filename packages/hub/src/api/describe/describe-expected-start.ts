import { sayIn } from '../../messages/say.js';
import type { AskedGuess } from '../../spawn/trial/expected-starts.js';
import type { ExpectedStartBody } from '../shapes/expected-start-shape.js';
import { writeMoment } from './write-moment.js';

/** Describes when a server would start. Pure. */
export function describeExpectedStart(guess: AskedGuess): ExpectedStartBody {
  return {
    outcome: guess.outcome,
    at: guess.outcome === 'starts' ? writeMoment(guess.at) : null,
    refusal: guess.outcome === 'refused' ? describeRefusal(guess.refusal) : null,
    askedAt: writeMoment(guess.askedAt),
  };
}

type Refused = Extract<AskedGuess, { outcome: 'refused' }>;

function describeRefusal({ code, words, mayPass }: Refused['refusal']): ExpectedStartBody['refusal'] {
  return { code, text: sayIn.en(`refusal.${code}`), words, mayPass };
}
