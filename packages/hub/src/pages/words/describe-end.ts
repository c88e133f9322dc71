import type { ServerEvent, ServerRow } from '../../db/server-row.js';
import type { MessageValues, Say } from '../../messages/say.js';

/** A sentence of ours, and what a machine said in its own words. */
export interface Told {
  readonly text: string;
  /** Of the job script or of the site, in whatever language it speaks. */
  readonly words?: string | undefined;
}

/** Says why a server ended; in English where it was kept before it could be said in other languages. */
export function tellEnd(row: Pick<ServerRow, 'endCode' | 'endValues' | 'endMessage'>, say: Say): Told {
  return tell(`life.end.${row.endCode}`, row.endValues, say) ?? { text: row.endMessage ?? say('life.end.unknown') };
}

/** Says what a line of a server's history tells; likewise. */
export function tellEvent({ cause, details, message }: ServerEvent, say: Say): Told {
  const key = details?.end === undefined ? `life.event.${cause}` : `life.end.${details.end}`;
  return tell(key, details, say) ?? { text: message };
}

function tell(key: string, values: MessageValues | null, say: Say): Told | undefined {
  const text = values === null ? undefined : say.find(key, values);
  return text === undefined ? undefined : { text, words: values?.words === undefined ? undefined : `${values.words}` };
}
