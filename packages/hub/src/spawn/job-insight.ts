import type { JobUsage, QueuePosition } from '@juhub/slurm';
import type { ServerRow } from '../db/server-row.js';
import { KeptAnswers, type LastAnswer } from '../sites/kept-answers.js';
import type { Site } from '../sites/site.js';
import { readLogTail } from './server-files.js';

const LOG_FRESH_MS = 3_000;
const USAGE_FRESH_MS = 10_000;
const POSITIONS_FRESH_MS = 15_000;

/** What the usage of a server's job is; a reason where there never will be one. */
export type Usage = LastAnswer<JobUsage | undefined> & { readonly none?: 'noJob' | 'notStarted' | 'process' };

/**
 * Looks into the jobs of servers when somebody wants to see it, and keeps the answers for some seconds: nothing here is
 * asked while nobody looks, and no oftener however many do. Never rejects.
 */
export class JobInsight {
  readonly #logs = new KeptAnswers<string>(LOG_FRESH_MS);
  readonly #usages = new KeptAnswers<JobUsage | undefined>(USAGE_FRESH_MS);
  readonly #positions = new KeptAnswers<ReadonlyMap<string, QueuePosition>>(POSITIONS_FRESH_MS);

  constructor(private readonly sites: ReadonlyMap<string, Site>) {}

  /** The end of the server's output, clean of its secret; of one that has ended what was kept. */
  async log(row: ServerRow): Promise<LastAnswer<string>> {
    if (row.state === 'ended') {
      return { value: row.logTail ?? '', askedAt: row.endedAt ?? undefined, problem: row.logProblem ?? undefined };
    }
    if (row.submitAttemptedAt === null) {
      return { value: '', askedAt: new Date() };
    }
    return this.#logs.get(row.id, () => readLogTail(this.#siteOf(row).runAs(row.account), row.id, row.secret));
  }

  /** What the server's job has and uses. */
  async usage(row: ServerRow): Promise<Usage> {
    const { jobId, state, scheduler } = row;
    if (scheduler === 'process') {
      return { none: 'process' };
    }
    if (jobId === null) {
      return { none: 'noJob' };
    }
    if (state !== 'ended' && row.jobStartedAt === null) {
      return { none: 'notStarted' };
    }
    const isOver = state === 'ended';
    return this.#usages.get(`${row.id} ${isOver}`, async () => {
      const slurm = this.#siteOf(row).slurmAs(row.account);
      return isOver ? slurm.usageAtEnd(jobId) : slurm.usageNow(jobId);
    });
  }

  /** Where the server's job stands in its queue; one question a site for all of them. */
  async position(row: ServerRow): Promise<LastAnswer<QueuePosition | undefined>> {
    if (!isInQueue(row)) {
      return {};
    }
    const positions = await this.#positions.get(row.site, async () => {
      const site = this.#siteOf(row);
      return site.slurmAs(site.config.serviceAccount ?? row.account).positions();
    });
    return pick(positions, row);
  }

  /** The same as it is known now, without asking. */
  knownPosition(row: ServerRow): QueuePosition | undefined {
    return isInQueue(row) ? pick(this.#positions.peek(row.site) ?? {}, row).value : undefined;
  }

  #siteOf(row: ServerRow): Site {
    const site = this.sites.get(row.site);
    if (site === undefined) {
      throw new Error(`There is no site called ${row.site} any more.`);
    }
    return site;
  }
}

function isInQueue({ state, scheduler, jobId }: ServerRow): boolean {
  return scheduler === 'slurm' && jobId !== null && (state === 'submitted' || state === 'queued');
}

function pick(
  { value, ...rest }: LastAnswer<ReadonlyMap<string, QueuePosition>>,
  { jobId }: ServerRow,
): LastAnswer<QueuePosition | undefined> {
  return { ...rest, value: value?.get(jobId ?? '') };
}
